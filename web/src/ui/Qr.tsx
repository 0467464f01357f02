import { qr } from './qr'

const quiet = 4

/** Qr shows a text as a QR code: dark on light in both schemes, because that is what cameras read. */
export function Qr({ text, label, size = 200 }: { text: string; label: string; size?: number }) {
  const rows = qr(text)
  const edge = rows.length + quiet * 2
  const path = rows
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + quiet} ${y + quiet}h1v1h-1z` : '')))
    .join('')
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${edge} ${edge}`}
      shapeRendering="crispEdges"
    >
      <rect width={edge} height={edge} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  )
}

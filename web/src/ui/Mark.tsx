/** Mark is the sign of the house: an inn whose door is a key. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#1d5c50" />
      <path d="M7 15.2 16 8l9 7.2V24a1.4 1.4 0 0 1-1.4 1.4H8.4A1.4 1.4 0 0 1 7 24Z" fill="#fdf8ec" />
      <circle cx="16" cy="16.6" r="2.5" fill="none" stroke="#b87a1b" strokeWidth="1.8" />
      <path d="M16 19.1v5m0-2.1h2.2" fill="none" stroke="#b87a1b" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  )
}

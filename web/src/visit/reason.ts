export const reasonMin = 10
export const reasonMax = 500

/** visibleLength counts what a reader sees: spaces and marks without a shape are no reason. */
export function visibleLength(text: string): number {
  const visible = text.replace(/[\s\p{C}\p{Z}]/gu, '')
  return [...visible].length
}

/** reasonReady says whether a reason is long enough to be one and short enough to be read. */
export function reasonReady(text: string): boolean {
  return visibleLength(text) >= reasonMin && [...text.trim()].length <= reasonMax
}

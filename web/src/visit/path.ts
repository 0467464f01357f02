/** localPath returns the path if it is one on this origin, outside any visit, and the dashboard otherwise. */
export function localPath(path: unknown): string {
  if (typeof path !== 'string' || !path.startsWith('/')) return '/dashboard'
  try {
    const parsed = new URL(path, 'http://here.invalid')
    const inside = parsed.origin === 'http://here.invalid' && !parsed.pathname.startsWith('//')
    return inside ? parsed.pathname + parsed.search + parsed.hash : '/dashboard'
  } catch {
    return '/dashboard'
  }
}

/** placeNow is where the person is, to come back to. */
export function placeNow(): string {
  return window.location.pathname + window.location.search
}

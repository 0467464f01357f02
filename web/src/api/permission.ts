import { useSession } from './session'
import type { SessionInfo } from './types'

/** Allowed: now; after *Make changes*; or not at all. */
export type Allowed = 'yes' | 'in-change-mode' | 'no'

/** allowed answers for one permission. A button stands where it is not 'no'. */
export function allowed(session: SessionInfo, permission: string): Allowed {
  if (session.permissions.includes(permission)) return 'yes'
  const visit = session.impersonation
  if (visit?.mode === 'look' && session.permissions_in_change_mode?.includes(permission))
    return 'in-change-mode'
  return 'no'
}

/** useMay returns a function that says whether a button for this permission belongs on the page. */
export function useMay(): (permission: string) => boolean {
  const session = useSession()
  return (permission) => allowed(session, permission) !== 'no'
}

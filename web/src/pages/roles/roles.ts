import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import type { Role } from '../../api/types'
import { maybe } from '../../i18n'

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: () => ok(api.GET('/roles')) })

/** wordsOf names a permission for people; one that is not known here yet is shown as it is called. */
export function wordsOf(permission: string): string {
  return maybe('roles', `act.${permission.replace(':', '_')}`) ?? permission
}

/** everyPermission lists, once, what any of the roles may do, in the order in which they can be given. */
export function everyPermission(roles: readonly Role[], grantable: readonly string[]): string[] {
  const known = new Set(grantable)
  const others = new Set(roles.flatMap(({ permissions }) => permissions).filter((each) => !known.has(each)))
  return [...grantable, ...[...others].sort()]
}

/** reads says whether a permission is one to look: all that a reporting role can have. */
export function reads(permission: string): boolean {
  return permission.split(':')[1]?.startsWith('view') ?? false
}

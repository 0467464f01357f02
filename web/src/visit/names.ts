import { maybe } from '../i18n'

/** roleName writes a role as people know it; a role an installation made itself is shown as it is called. */
export function roleName(role: string | null | undefined): string {
  if (!role) return ''
  return (
    maybe('common', `kind.${role}`) ??
    role.replace(/[_-]+/g, ' ').replace(/^./, (first) => first.toUpperCase())
  )
}

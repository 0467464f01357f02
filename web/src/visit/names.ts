import type { Visit } from '../api/types'
import { maybe } from '../i18n'
import { visitTexts } from './texts'

/** roleName writes a role as people know it; a role an installation made itself is shown as it is called. */
export function roleName(role: string | null | undefined): string {
  if (!role) return ''
  return (
    maybe('common', `kind.${role}`) ??
    role.replace(/[_-]+/g, ' ').replace(/^./, (first) => first.toUpperCase())
  )
}

/** rankOf is what the visitor is: the role, the employer, and that a program of his came, where one did. */
export function rankOf({ actor, by_token }: Pick<Visit, 'actor' | 'by_token'>): string {
  return [roleName(actor.role), actor.employer, by_token && visitTexts.t()('byToken')]
    .filter(Boolean)
    .join(', ')
}

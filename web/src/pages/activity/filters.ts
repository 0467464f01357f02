import type { Words } from '../../search'

export type ActivitySearch = Words<
  'event' | 'actor_id' | 'subject_id' | 'account_id' | 'impersonation_id' | 'from' | 'to' | 'q' | 'cursor'
>

/** events are those offered in the filter; any other can be named in the address. */
export const events = [
  ['impersonation.start', 'start'],
  ['impersonation.stop', 'stop'],
  ['impersonation.denied', 'denied'],
  ['impersonation.mode', 'mode'],
  ['impersonation.blocked', 'blocked'],
  ['access.denied', 'refused'],
  ['session.start', 'signIn'],
  ['session.end', 'signOut'],
  ['account.create', 'accountCreate'],
  ['account.update', 'accountUpdate'],
  ['account.suspend', 'suspend'],
  ['account.disable', 'disable'],
  ['domain.create', 'domainCreate'],
  ['mailbox.create', 'mailboxCreate'],
] as const

/**
 * asQuery turns the filters of the address into the question for the server. The address holds days as
 * people choose them; the server is asked for the instants at which they begin and end here.
 */
export function asQuery(search: ActivitySearch): ActivitySearch & { page_size: number } {
  return { ...search, from: startOf(search.from), to: endOf(search.to), page_size: 50 }
}

const day = /^\d{4}-\d{2}-\d{2}$/

export function startOf(date: string | undefined): string | undefined {
  if (!date || !day.test(date)) return date
  return new Date(`${date}T00:00:00`).toISOString()
}

export function endOf(date: string | undefined): string | undefined {
  if (!date || !day.test(date)) return date
  const next = new Date(`${date}T00:00:00`)
  next.setDate(next.getDate() + 1)
  return new Date(next.getTime() - 1).toISOString()
}

/** anyFilter says whether something narrows the log besides what the page itself is about. */
export function anyFilter(search: ActivitySearch): boolean {
  const { cursor: _cursor, ...filters } = search
  return Object.values(filters).some(Boolean)
}

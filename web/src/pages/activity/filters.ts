import type { Words } from '../../search'

/** filterNames are what narrows the log, by their names in the address and in the question. */
export const filterNames = [
  'event',
  'actor_id',
  'subject_id',
  'account_id',
  'object_kind',
  'object_id',
  'impersonation_id',
  'ip',
  'request_id',
  'token_id',
  'from',
  'to',
  'q',
] as const

/** activityWords are all search parameters of the log. */
export const activityWords = [...filterNames, 'columns', 'cursor'] as const

export type ActivitySearch = Words<(typeof activityWords)[number]>

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
  ['activity.export', 'exported'],
] as const

/** kinds are the things that are offered in the filter. */
export const kinds = [
  ['account', 'kindAccount'],
  ['domain', 'kindDomain'],
  ['record', 'kindRecord'],
  ['mailbox', 'kindMailbox'],
  ['file', 'kindFile'],
  ['session', 'kindSession'],
  ['impersonation', 'kindVisit'],
] as const

/**
 * asFilter turns the filters of the address into those of the server. The address holds days as people choose
 * them; the server is asked for the instants at which they begin and end here.
 */
export function asFilter({ columns: _columns, cursor: _cursor, ...search }: ActivitySearch) {
  return { ...search, from: startOf(search.from), to: endOf(search.to) }
}

export function asQuery(search: ActivitySearch) {
  return { ...asFilter(search), cursor: search.cursor, page_size: 50 }
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
  return filterNames.some((name) => search[name])
}

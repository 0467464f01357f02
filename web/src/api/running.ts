import { hereQuery, liveVisitsQuery, notificationsQuery } from './queries'
import { queryClient, sessionQuery } from './session'
import type { Visit } from './types'

/** What the event stream says becomes the answer to the questions that pages ask. */

const everywhere = liveVisitsQuery({}).queryKey

/** heardVisits keeps the visits that run, and has the pages about visits ask again where one began or ended. */
export function heardVisits(visits: Visit[]): void {
  const session = queryClient.getQueryData(sessionQuery.queryKey)
  const before = queryClient.getQueryData(everywhere) ?? null
  const here = queryClient.getQueryData(hereQuery.queryKey) ?? null
  const mine = visits.filter((visit) => visit.subject.id === session?.account.id)
  queryClient.setQueryData(everywhere, { impersonations: visits, next_cursor: null })
  queryClient.setQueryData(hereQuery.queryKey, mine)
  const known = before?.impersonations ?? here
  if (!known) return
  const others = sameVisits(known, before ? visits : mine)
    ? [
        ['impersonations', 'one'],
        ['access-history', 'one'],
      ]
    : [['impersonations'], ['access-history'], ['dashboard']]
  for (const queryKey of others)
    void queryClient.invalidateQueries({ queryKey, predicate: ({ queryHash }) => queryHash !== told })
}

const told = JSON.stringify(everywhere)

/** sameVisits: the same ones run, in the same modes. */
export function sameVisits(some: Visit[], others: Visit[]): boolean {
  const names = (visits: Visit[]) => visits.map(({ id, mode }) => `${id} ${mode}`).join()
  return names(some) === names(others)
}

/** heardUnread corrects the bell's number; what is new is asked for. */
export function heardUnread(unread: number): void {
  const known = queryClient.getQueryData(notificationsQuery.queryKey)
  if (!known || known.unread === unread) return
  queryClient.setQueryData(notificationsQuery.queryKey, { ...known, unread })
  void queryClient.invalidateQueries({ queryKey: notificationsQuery.queryKey })
}

/** missedSomething asks what the stream would have said. */
export function missedSomething(): void {
  for (const queryKey of [everywhere, hereQuery.queryKey, notificationsQuery.queryKey])
    void queryClient.invalidateQueries({ queryKey })
}

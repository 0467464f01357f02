import { queryOptions } from '@tanstack/react-query'
import { api, ok } from './client'
import type { Visit } from './types'

/**
 * Questions that more than one place asks. A page's own questions stand beside the page. What the event stream
 * answers at once is asked rarely, for networks that let no stream through.
 */

const rarely = { refetchInterval: 60_000, refetchIntervalInBackground: false }

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: () => ok(api.GET('/notifications', { params: { query: { page_size: 20 } } })),
  ...rarely,
})

/** hereQuery feeds the strip above a customer's pages: who is inside right now. */
export const hereQuery = queryOptions({
  queryKey: ['here'],
  queryFn: async (): Promise<Visit[]> => {
    const { visits } = await ok(api.GET('/me/access-history', { params: { query: { page_size: 10 } } }))
    return visits.filter((visit) => visit.running)
  },
  ...rarely,
})

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['account', id],
    queryFn: async () => {
      const { data, response } = await api.GET('/accounts/{id}', { params: { path: { id } } })
      return { account: data as NonNullable<typeof data>, etag: response.headers.get('ETag') ?? '' }
    },
  })

/** requestsQuery asks what this person has asked for, and which locked doors wait for a second administrator. */
export const requestsQuery = queryOptions({
  queryKey: ['impersonation-requests'],
  queryFn: () => ok(api.GET('/impersonation-requests')),
  refetchInterval: 5_000,
  refetchIntervalInBackground: false,
})

export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: () => ok(api.GET('/plans', { params: { query: { page_size: 100 } } })),
  staleTime: 60_000,
})

/** liveVisitsQuery asks who is in whose account right now. */
export const liveVisitsQuery = (filter: { account_id?: string }) =>
  queryOptions({
    queryKey: ['impersonations', 'active', filter],
    queryFn: () =>
      ok(api.GET('/impersonations', { params: { query: { state: 'active', page_size: 100, ...filter } } })),
    ...rarely,
  })

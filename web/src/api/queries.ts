import { queryOptions } from '@tanstack/react-query'
import { api, ok } from './client'

/** Questions that more than one place asks. A page's own questions stand beside the page. */

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: () => ok(api.GET('/notifications', { params: { query: { page_size: 20 } } })),
  refetchInterval: 30_000,
  refetchIntervalInBackground: false,
})

/** recentVisitsQuery feeds the strip above a customer's pages: who is inside right now. */
export const recentVisitsQuery = queryOptions({
  queryKey: ['access-history', 'recent'],
  queryFn: () => ok(api.GET('/me/access-history', { params: { query: { page_size: 10 } } })),
  refetchInterval: 10_000,
  refetchIntervalInBackground: false,
})

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['account', id],
    queryFn: async () => {
      const { data, response } = await api.GET('/accounts/{id}', { params: { path: { id } } })
      return { account: data as NonNullable<typeof data>, etag: response.headers.get('ETag') ?? '' }
    },
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
    refetchInterval: 10_000,
    refetchIntervalInBackground: false,
  })

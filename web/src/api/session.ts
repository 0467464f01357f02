import { QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { api, ok, setCsrfToken } from './client'
import { ApiError } from './problem'
import type { SessionInfo } from './types'

/** worthRetrying: a request that got no answer, or a server that was briefly away. */
function worthRetrying(failures: number, error: Error): boolean {
  return (
    failures < 2 &&
    error instanceof ApiError &&
    (error.status === 0 || error.status === 502 || error.status === 503)
  )
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, retry: worthRetrying, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
})

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => keepToken(await ok(api.GET('/session'))),
  staleTime: 60_000,
})

/** keepToken remembers the token that writes carry, and returns the session it came with. */
export function keepToken(session: SessionInfo): SessionInfo {
  setCsrfToken(session.csrf_token)
  return session
}

/** useSession returns who is here. Only pages behind the sign-in may call it. */
export function useSession(): SessionInfo {
  return useSuspenseQuery(sessionQuery).data
}

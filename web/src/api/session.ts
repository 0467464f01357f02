import { QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { api, ok, setCsrfToken } from './client'
import { ApiError } from './problem'
import { proving } from './proof'
import { withoutEvents } from './stream'
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

function keepToken(session: SessionInfo): SessionInfo {
  setCsrfToken(session.csrf_token)
  return session
}

/** useSession returns who is here. Only pages behind the sign-in may call it. */
export function useSession(): SessionInfo {
  return useSuspenseQuery(sessionQuery).data
}

/** signIn opens a session. The code is that of a second factor, where there is one. */
export async function signIn(login: string, password: string, code?: string): Promise<SessionInfo> {
  const session = keepToken(await ok(api.POST('/session', { body: { login, password, code } })))
  queryClient.setQueryData(sessionQuery.queryKey, session)
  return session
}

/** stepUp proves again who is here. The session goes on under a new cookie. */
export function stepUp(password: string, code?: string): Promise<void> {
  return proving(async () => {
    const session = keepToken(await ok(api.POST('/session/step-up', { body: { password, code } })))
    queryClient.setQueryData(sessionQuery.queryKey, session)
  })
}

export async function signOut(): Promise<void> {
  await withoutEvents(() => api.DELETE('/session'))
  // A new page: nothing of this session stays in memory.
  window.location.assign('/sign-in')
}

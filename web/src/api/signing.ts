import { api, ok } from './client'
import { proving } from './proof'
import { keepToken, queryClient, sessionQuery } from './session'
import { withoutEvents } from './stream'
import type { SessionInfo } from './types'

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

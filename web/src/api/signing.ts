import { api, ok } from './client'
import { proving } from './proof'
import { keepToken, queryClient, sessionQuery } from './session'
import { withoutEvents } from './stream'
import type { SessionInfo } from './types'

/** keepSession goes on as who the answer says. */
export function keepSession(session: SessionInfo): SessionInfo {
  queryClient.setQueryData(sessionQuery.queryKey, keepToken(session))
  return session
}

/** signIn opens a session. The code is that of a second factor, where there is one. */
export async function signIn(login: string, password: string, code?: string): Promise<SessionInfo> {
  return keepSession(await ok(api.POST('/session', { body: { login, password, code } })))
}

/** stepUp proves again who is here. The session goes on under a new cookie. */
export async function stepUp(password: string, code?: string): Promise<void> {
  await proving(async () => keepSession(await ok(api.POST('/session/step-up', { body: { password, code } }))))
}

export async function signOut(): Promise<void> {
  await withoutEvents(() => api.DELETE('/session'))
  // A new page: nothing of this session stays in memory.
  window.location.assign('/sign-in')
}

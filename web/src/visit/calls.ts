import { send } from '../api/client'
import { queryClient, sessionQuery } from '../api/session'
import type { Mode, SessionInfo, Visit } from '../api/types'
import { base } from '../boot'

/** These answer beside the API, at the visit's own address, so that they work whatever gate the subject is under. */

const json = { 'Content-Type': 'application/json' }

export interface StillThere {
  expires_at: string
  idle_remaining_seconds: number
  remaining_seconds: number
}

export async function reportActivity(): Promise<StillThere> {
  return (await send('POST', `${base}/activity`, { headers: json, body: '{}' })).json()
}

/** changeMode makes a visit that looks into one that changes, or back, and reads anew what is allowed. */
export async function changeMode(mode: Mode, reason: string): Promise<Visit> {
  const answer = await send('POST', `${base}/mode`, { headers: json, body: JSON.stringify({ mode, reason }) })
  await queryClient.refetchQueries({ queryKey: sessionQuery.queryKey })
  return answer.json()
}

/** stop ends a visit this person made, from anywhere. */
export async function stop(visitBase: string): Promise<{ return_to: string | null }> {
  return (await send('POST', `${visitBase}/stop`, { headers: json, body: '{}' })).json()
}

/** freshSession asks how long is left. Asking is no activity. */
export function freshSession(): Promise<SessionInfo> {
  return queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 })
}

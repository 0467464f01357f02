import type { Visit } from '../api/types'
import { maybe } from '../i18n'
import { clock, duration, moment } from '../i18n/format'
import { visitTexts } from './texts'

type Told = Pick<
  Visit,
  'started_at' | 'ended_at' | 'end_reason' | 'last_activity_at' | 'idle_timeout_seconds'
>

/** howItEnded says why a visit ended, in the words of staff or of the customer it happened to. */
export function howItEnded(
  visit: Pick<Told, 'end_reason' | 'idle_timeout_seconds'>,
  forCustomer = false,
): string {
  const reason = visit.end_reason ?? ''
  const timeout = duration(visit.idle_timeout_seconds)
  return (
    (forCustomer ? maybe('visit', `endYou.${reason}`) : null) ??
    maybe('visit', `end.${reason}`, { timeout }) ??
    visitTexts.t()('end.unknown')
  )
}

/**
 * visitSentence tells a visit as a guest book would: "10:00 to 10:25. Closed automatically after
 * 15 minutes without activity; last action 10:10."
 */
export function visitSentence(visit: Told, forCustomer = false, now: Date = new Date()): string {
  const t = visitTexts.t()
  const from = moment(visit.started_at, now)
  if (!visit.ended_at) return t('sentence.since', { from })
  const sameDay = new Date(visit.started_at).toDateString() === new Date(visit.ended_at).toDateString()
  const to = sameDay ? clock(visit.ended_at) : moment(visit.ended_at, now)
  const tellsLast = visit.end_reason === 'idle' || visit.end_reason === 'expired'
  const last = tellsLast ? t('sentence.last', { at: clock(visit.last_activity_at) }) : ''
  return `${t('sentence.span', { from, to })} ${howItEnded(visit, forCustomer)}${last}.`
}

/** secondsInside is how long a visit lasted, or has lasted so far. */
export function secondsInside(
  visit: Pick<Visit, 'started_at' | 'ended_at' | 'duration_seconds'>,
  now = Date.now(),
): number {
  if (visit.duration_seconds !== null && visit.duration_seconds !== undefined) return visit.duration_seconds
  const end = visit.ended_at ? new Date(visit.ended_at).getTime() : now
  return Math.max(0, (end - new Date(visit.started_at).getTime()) / 1000)
}

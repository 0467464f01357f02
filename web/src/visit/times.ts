/** When a visit ends, by its limit and by silence, as instants on this computer's clock. */
export interface Times {
  endsAt: number
  idleAt: number
}

export type Phase = 'running' | 'still-there' | 'over'

/**
 * askBefore is how long before it would close itself for silence a visit asks whether anybody is there: a minute,
 * and less where the silence itself may be short, so that the question does not stand there from the start.
 */
export function askBefore(idleTimeout: number): number {
  return Math.min(60, idleTimeout / 4)
}

/** timesFrom turns the seconds that the server said are left into instants. */
export function timesFrom(remaining: number, idleRemaining: number, now: number): Times {
  return { endsAt: now + remaining * 1000, idleAt: now + idleRemaining * 1000 }
}

export function secondsLeft(times: Times, now: number): { total: number; idle: number } {
  return {
    total: Math.max(0, (times.endsAt - now) / 1000),
    idle: Math.max(0, (times.idleAt - now) / 1000),
  }
}

/**
 * phaseOf says what the page should show. In the last minute of the limit nothing is asked:
 * an answer could not change it.
 */
export function phaseOf(times: Times, now: number, idleTimeout: number): Phase {
  const left = secondsLeft(times, now)
  if (left.total <= 0 || left.idle <= 0) return 'over'
  if (left.idle <= askBefore(idleTimeout) && times.idleAt < times.endsAt) return 'still-there'
  return 'running'
}

export type Announcement = 'five' | 'one'

/** announcementBetween returns which mark was passed from one look at the clock to the next, if any. */
export function announcementBetween(before: number, after: number): Announcement | null {
  if (before > 60 && after <= 60 && after > 0) return 'one'
  if (before > 300 && after <= 300 && after > 60) return 'five'
  return null
}

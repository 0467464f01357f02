import { useEffect, useRef, useState } from 'react'
import { on } from '../api/events'
import type { SessionVisit } from '../api/types'
import { freshSession } from './calls'
import { askBefore, type Phase, phaseOf, secondsLeft, type Times, timesFrom } from './times'

export interface Clock {
  phase: Phase
  total: number
  idle: number
  /** correct takes what the server has just said. */
  correct: (remaining: number, idleRemaining: number) => void
}

/**
 * useVisitClock counts down a visit. The server is asked again shortly before it would close for silence,
 * because work in another tab keeps it open, and once when the time seems to be over.
 */
export function useVisitClock(visit: SessionVisit): Clock {
  const [times, setTimes] = useState<Times>(() =>
    timesFrom(visit.remaining_seconds, visit.idle_remaining_seconds, Date.now()),
  )
  const [now, setNow] = useState(Date.now)
  const asked = useRef(0)

  useEffect(() => {
    setTimes(timesFrom(visit.remaining_seconds, visit.idle_remaining_seconds, Date.now()))
  }, [visit])

  useEffect(
    () =>
      on('visitRemaining', (left) => setTimes((known) => ({ ...known, endsAt: Date.now() + left * 1000 }))),
    [],
  )

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])

  const left = secondsLeft(times, now)
  const phase = phaseOf(times, now, visit.idle_timeout_seconds)
  const askFrom = askBefore(visit.idle_timeout_seconds)
  useEffect(() => {
    const due = left.idle <= askFrom + 5 || left.total <= 0
    if (!due || now - asked.current < 10_000) return
    asked.current = now
    void freshSession().catch(() => {}) // a 410 reaches the page by its own event
  }, [askFrom, left.idle, left.total, now])

  return {
    phase,
    total: left.total,
    idle: left.idle,
    correct: (remaining, idleRemaining) => setTimes(timesFrom(remaining, idleRemaining, Date.now())),
  }
}

import { useEffect, useRef } from 'react'
import { reportActivity, type StillThere } from './calls'

/** pingEvery: at most once a minute, and often enough that typing keeps a visit of short patience alive. */
export function pingEvery(idleSeconds: number): number {
  return Math.min(60_000, idleSeconds * 250)
}

/** useActivity tells the server now and then that the person types or clicks in this visit. */
export function useActivity(idleSeconds: number, onAnswer: (answer: StillThere) => void): void {
  const latest = useRef(onAnswer)
  latest.current = onAnswer
  const atMostEvery = pingEvery(idleSeconds)
  useEffect(() => {
    let last = Date.now() // opening the page was activity already
    const acted = (event: Event) => {
      if (!event.isTrusted || Date.now() - last < atMostEvery) return
      last = Date.now()
      reportActivity()
        .then((answer) => latest.current(answer))
        .catch(() => {})
    }
    const options = { capture: true, passive: true }
    window.addEventListener('pointerdown', acted, options)
    window.addEventListener('keydown', acted, options)
    return () => {
      window.removeEventListener('pointerdown', acted, options)
      window.removeEventListener('keydown', acted, options)
    }
  }, [atMostEvery])
}

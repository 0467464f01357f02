import { useEffect, useRef } from 'react'
import { reportActivity, type StillThere } from './calls'

const atMostEvery = 60_000

/** useActivity tells the server, at most once a minute, that the person types or clicks in this visit. */
export function useActivity(onAnswer: (answer: StillThere) => void): void {
  const latest = useRef(onAnswer)
  latest.current = onAnswer
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
  }, [])
}

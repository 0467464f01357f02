import type { Problem } from './problem'

/** What an answer can mean for the whole page, whoever asked the question. */
export interface PageEvents {
  /** The login session is over: sign in again. */
  signedOut: undefined
  /** The support visit is over. */
  visitEnded: Problem
  /** The server said how many seconds the visit has left. */
  visitRemaining: number
}

type Listener<K extends keyof PageEvents> = (detail: PageEvents[K]) => void

/** What cannot be undone is told to those who listen later, too: their code may still have been on its way. */
const past = new Map<keyof PageEvents, unknown>()

const listeners = new Map<keyof PageEvents, Set<Listener<never>>>()

/** on calls the listener at each such event until the returned function is called. */
export function on<K extends keyof PageEvents>(name: K, listener: Listener<K>): () => void {
  const set = listeners.get(name) ?? new Set()
  listeners.set(name, set)
  const before = past.get(name)
  if (before !== undefined) listener(before as PageEvents[K])
  set.add(listener as Listener<never>)
  return () => {
    set.delete(listener as Listener<never>)
  }
}

export function emit<K extends keyof PageEvents>(name: K, detail: PageEvents[K]): void {
  if (name === 'visitEnded') past.set(name, detail)
  for (const listener of listeners.get(name) ?? []) (listener as Listener<K>)(detail)
}

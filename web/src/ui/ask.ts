import { useSyncExternalStore } from 'react'

/** One question to the person at a time, asked from anywhere, answered by the dialog that is mounted once. */
export interface Asking<Question, Answer> {
  question: Question
  answer: (answer: Answer) => void
}

/** askable makes a question that code can await and a dialog can show. A second question answers the first with `otherwise`. */
export function askable<Question, Answer>(otherwise: Answer) {
  let pending: Asking<Question, Answer> | null = null
  const listeners = new Set<() => void>()
  const set = (next: Asking<Question, Answer> | null) => {
    pending = next
    for (const listener of listeners) listener()
  }
  const ask = (question: Question): Promise<Answer> => {
    pending?.answer(otherwise)
    return new Promise((resolve) => {
      set({
        question,
        answer: (answer) => {
          set(null)
          resolve(answer)
        },
      })
    })
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
  return { ask, useAsking: () => useSyncExternalStore(subscribe, () => pending) }
}

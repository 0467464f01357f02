import { useSyncExternalStore } from 'react'

export interface Toast {
  id: number
  title?: string
  message: string
  bad: boolean
}

const atOnce = 4

let toasts: Toast[] = []
let last = 0
const listeners = new Set<() => void>()

function set(next: Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** show adds a message and takes the oldest away where there are too many. */
export function show(toast: Omit<Toast, 'id'>): void {
  last += 1
  set([...toasts, { ...toast, id: last }].slice(-atOnce))
}

export function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    () => toasts,
  )
}

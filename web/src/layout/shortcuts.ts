import { useNavigate } from '@tanstack/react-router'
import { useEffect, useSyncExternalStore } from 'react'
import { useSession } from '../api/session'
import { navigationFor } from './navigation'

/** What the keyboard can open from anywhere. */
export type Overlay = 'search' | 'shortcuts' | null

let open: Overlay = null
const listeners = new Set<() => void>()

function show(next: Overlay): void {
  open = next
  for (const listener of listeners) listener()
}

export const openSearch = () => show('search')
export const openShortcuts = () => show('shortcuts')
export const closeOverlay = () => show(null)

export function useOverlay(): Overlay {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    () => open,
  )
}

/** typing says whether a key belongs to what the person is writing. */
export function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

const patience = 1200

/** useShortcuts listens for Ctrl+K, /, ? and G followed by a page's letter. */
export function useShortcuts(): void {
  const navigate = useNavigate()
  const session = useSession()
  useEffect(() => {
    let goSince = 0
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        return openSearch()
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      if (document.querySelector('[role="dialog"]')) return
      if (event.key === '?') return openShortcuts()
      if (event.key === '/') return focusSearch(event)
      const going = Date.now() - goSince < patience
      goSince = event.key === 'g' && !going ? Date.now() : 0
      if (!going) return
      const place = navigationFor(session)
        .flatMap((group) => group.places)
        .find((each) => each.key === event.key)
      if (place) void navigate({ to: place.to })
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [navigate, session])
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('[data-list-search]')
  event.preventDefault()
  if (!field) openSearch()
  field?.focus()
  field?.select()
}

import { useState } from 'react'

/** Paging moves through a list that knows only what comes next. What is absent cannot be done now. */
export interface Paging {
  next?: () => void
  previous?: () => void
  first?: () => void
}

/**
 * usePaging keeps the way back through a list whose place is in the address. After a reload the way
 * back is forgotten, but the first page is always one step away.
 */
export function usePaging(
  cursor: string | undefined,
  next: string | null | undefined,
  go: (cursor: string | undefined) => void,
): Paging {
  const [passed, setPassed] = useState<(string | undefined)[]>([])
  const way = cursor ? passed : []
  return {
    next: next
      ? () => {
          setPassed([...way, cursor])
          go(next)
        }
      : undefined,
    previous:
      way.length > 0
        ? () => {
            setPassed(way.slice(0, -1))
            go(way.at(-1))
          }
        : undefined,
    first: cursor
      ? () => {
          setPassed([])
          go(undefined)
        }
      : undefined,
  }
}

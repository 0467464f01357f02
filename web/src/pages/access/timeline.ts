import type { ActivityEvent } from '../../api/types'

/** What became of what was done in a visit. */
export const kinds = ['changed', 'viewed', 'blocked'] as const
export type Kind = (typeof kinds)[number]

export interface Step {
  kind: Kind
  event: ActivityEvent
}

type Lists = { changes: ActivityEvent[]; views: ActivityEvent[]; blocked: ActivityEvent[] }

/** stepsOf puts what was changed, viewed and refused in a visit into the order in which it happened. */
export function stepsOf({ changes, views, blocked }: Lists): Step[] {
  const of = (kind: Kind, events: ActivityEvent[]) => events.map((event) => ({ kind, event }))
  return [...of('changed', changes), ...of('viewed', views), ...of('blocked', blocked)].sort(
    (a, b) => a.event.seq - b.event.seq,
  )
}

/** countsOf is how many steps there are of each kind. */
export function countsOf(steps: readonly Step[]): Record<Kind, number> {
  const counts = { changed: 0, viewed: 0, blocked: 0 }
  for (const { kind } of steps) counts[kind]++
  return counts
}

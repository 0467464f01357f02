import type { VisitWeek } from '../api/types'

/** utcOffset is how far this computer's clock is ahead of UTC, in minutes: weeks and hours begin here. */
export function utcOffset(now: Date): number {
  return -now.getTimezoneOffset()
}

/** ActorSeries is what is drawn in one colour: one person, or all the others. */
export interface ActorSeries {
  key: string
  name: string
}

/** byActor turns weeks into rows with a number for each of the busiest people, and one for all others together. */
export function byActor(weeks: readonly VisitWeek[], most: number, others: string) {
  const totals = new Map<string, { name: string; visits: number }>()
  for (const { actors } of weeks)
    for (const { actor, visits } of actors)
      totals.set(actor.id, { name: actor.name, visits: visits + (totals.get(actor.id)?.visits ?? 0) })
  const busiest = [...totals].sort(([, a], [, b]) => b.visits - a.visits)
  const shown = busiest.slice(0, most).map(([key, { name }]): ActorSeries => ({ key, name }))
  const rest = { key: 'others', name: others }
  const rows = weeks.map(({ actors }) => {
    const row: Record<string, number> = {}
    for (const { actor, visits } of actors) {
      const key = shown.some((each) => each.key === actor.id) ? actor.id : rest.key
      row[key] = (row[key] ?? 0) + visits
    }
    return row
  })
  return { actors: busiest.length > most ? [...shown, rest] : shown, rows }
}

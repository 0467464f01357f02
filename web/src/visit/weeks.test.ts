import { expect, test } from 'vitest'
import { byActor } from './weeks'

const week = (monday: string, ...actors: [id: string, visits: number][]) => ({
  monday,
  visits: actors.reduce((sum, [, visits]) => sum + visits, 0),
  actors: actors.map(([id, visits]) => ({ actor: { id, name: id.toUpperCase() }, visits })),
})

test('the busiest people have a series each, the others one together', () => {
  const weeks = [
    week('2026-03-02', ['a', 1], ['b', 2], ['c', 1]),
    week('2026-03-09'),
    week('2026-03-16', ['c', 5], ['a', 1]),
  ]
  expect(byActor(weeks, 2, 'Others')).toEqual({
    actors: [
      { key: 'c', name: 'C' },
      { key: 'a', name: 'A' },
      { key: 'others', name: 'Others' },
    ],
    rows: [{ a: 1, others: 2, c: 1 }, {}, { c: 5, a: 1 }],
  })
  expect(byActor(weeks, 3, 'Others').actors.map(({ key }) => key)).toEqual(['c', 'a', 'b'])
})

import { describe, expect, test } from 'vitest'
import { announcementBetween, phaseOf, secondsLeft, timesFrom } from './times'

const now = 1_000_000

describe('phaseOf', () => {
  const cases: [name: string, total: number, idle: number, later: number, want: string][] = [
    ['plenty of both', 3000, 900, 0, 'running'],
    ['one minute of silence left', 3000, 60, 0, 'still-there'],
    ['a second more than a minute of silence left', 3000, 61, 0, 'running'],
    ['silence runs out while looking', 3000, 900, 845, 'still-there'],
    ['silence is over', 3000, 900, 900, 'over'],
    ['the limit is over', 30, 900, 30, 'over'],
    ['the limit comes before the silence: asking would change nothing', 50, 55, 0, 'running'],
  ]
  test.each(cases)('%s', (_, total, idle, later, want) => {
    expect(phaseOf(timesFrom(total, idle, now), now + later * 1000)).toBe(want)
  })
})

test('secondsLeft is never negative', () => {
  expect(secondsLeft(timesFrom(10, 5, now), now + 60_000)).toEqual({ total: 0, idle: 0 })
})

describe('announcementBetween', () => {
  const cases: [before: number, after: number, want: string | null][] = [
    [302, 301, null],
    [301, 300, 'five'],
    [300, 299, null],
    [61, 60, 'one'],
    [60, 59, null],
    [400, 50, 'one'],
    [61, 0, null],
    [200, 3000, null],
  ]
  test.each(cases)('from %d to %d', (before, after, want) => {
    expect(announcementBetween(before, after)).toBe(want)
  })
})

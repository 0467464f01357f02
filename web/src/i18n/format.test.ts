import { describe, expect, test } from 'vitest'
import { ago, bytes, duration, timeLeft } from './format'

describe('duration', () => {
  test.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [59.4, '59 seconds'],
    [60, '1 minute'],
    [105, '1 minute 45 seconds'],
    [1500, '25 minutes'],
    [3600, '1 hour'],
    [4210, '1 hour 10 minutes'],
    [90_000, '1 day 1 hour'],
    [172_800, '2 days'],
    [-5, '0 seconds'],
  ])('%d', (seconds, want) => {
    expect(duration(seconds)).toBe(want)
  })
})

test.each([
  [3060, '51 min left'],
  [3001, '51 min left'],
  [61, '2 min left'],
  [60, '60 s left'],
  [0.4, '1 s left'],
  [0, 'over'],
])('timeLeft(%d)', (seconds, want) => {
  expect(timeLeft(seconds)).toBe(want)
})

test.each([
  [0, '0 bytes'],
  [1023, '1,023 bytes'],
  [1024, '1 kB'],
  [1536, '1.5 kB'],
  [20 * 1024 ** 3, '20 GB'],
  [3 * 1024 ** 5, '3,072 TB'],
])('bytes(%d)', (size, want) => {
  expect(bytes(size)).toBe(want)
})

test('ago speaks of the past in the nearest unit', () => {
  const now = Date.parse('2026-03-04T12:00:00Z')
  expect(ago('2026-03-04T11:59:40Z', now)).toBe('just now')
  expect(ago('2026-03-04T11:56:00Z', now)).toBe('4 minutes ago')
  expect(ago('2026-03-04T09:00:00Z', now)).toBe('3 hours ago')
  expect(ago('2026-03-03T11:00:00Z', now)).toBe('yesterday')
  // A clock that runs ahead of the server's shows no future.
  expect(ago('2026-03-04T12:00:30Z', now)).toBe('just now')
})

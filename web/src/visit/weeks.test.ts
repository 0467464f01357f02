import { describe, expect, it } from 'vitest'
import { mondayOf, perWeek, whole } from './weeks'

const now = new Date('2026-03-04T12:00:00') // a Wednesday
const at = (day: string, time = '12:00:00') => new Date(`${day}T${time}`).toISOString()

describe('visits per week', () => {
  it('begins weeks on Monday', () => {
    expect(mondayOf(new Date('2026-03-02T00:00:00')).getDate()).toBe(2)
    expect(mondayOf(new Date('2026-03-08T23:59:59')).getDate()).toBe(2)
    expect(mondayOf(new Date('2026-03-01T00:00:00')).getDate()).toBe(23)
  })

  it('counts each visit in its week, and shows weeks without one', () => {
    const started = [
      at('2026-03-04'),
      at('2026-03-02', '00:00:00'),
      at('2026-03-01', '23:59:59'),
      at('2025-01-01'),
    ]
    expect(perWeek(started, 3, now)).toEqual([
      { monday: '2026-02-16', visits: 0 },
      { monday: '2026-02-23', visits: 1 },
      { monday: '2026-03-02', visits: 2 },
    ])
  })

  it('survives the clock being put forward', () => {
    const weeks = perWeek([at('2026-03-30')], 2, new Date('2026-04-02T12:00:00'))
    expect(weeks.map((week) => week.monday)).toEqual(['2026-03-23', '2026-03-30'])
    expect(weeks[1]?.visits).toBe(1)
  })

  it('shows no week of which only a part is known', () => {
    const weeks = perWeek([], 3, now)
    expect(whole(weeks, null)).toHaveLength(3)
    expect(whole(weeks, at('2026-02-25')).map((week) => week.monday)).toEqual(['2026-03-02'])
  })
})

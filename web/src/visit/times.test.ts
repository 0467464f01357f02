import { describe, expect, it } from 'vitest'
import { pingEvery } from './activity'
import { announcementBetween, askBefore, phaseOf, secondsLeft, timesFrom } from './times'

const now = Date.UTC(2026, 2, 1, 10)

describe('the clock of a visit', () => {
  it('counts down to whichever end is nearer', () => {
    const times = timesFrom(3600, 900, now)
    expect(secondsLeft(times, now + 60_000)).toEqual({ total: 3540, idle: 840 })
    expect(secondsLeft(times, now + 7_200_000)).toEqual({ total: 0, idle: 0 })
  })

  it.each([
    ['at the start', 3600, 900, 'running'],
    ['a minute before silence closes it', 3600, 60, 'still-there'],
    ['a second before that', 3600, 61, 'running'],
    ['when silence has closed it', 3600, 0, 'over'],
    ['when its time is up', 0, 600, 'over'],
    ['in the last minute of its time, where an answer changes nothing', 30, 60, 'running'],
  ])('%s', (_, remaining, idle, want) => {
    expect(phaseOf(timesFrom(remaining, idle, now), now, 900)).toBe(want)
  })

  it('asks later and pings more often where the silence may be short', () => {
    expect(askBefore(900)).toBe(60)
    expect(askBefore(4)).toBe(1)
    expect(pingEvery(900)).toBe(60_000)
    expect(pingEvery(4)).toBe(1000)
  })

  it('announces five minutes and one minute once each', () => {
    expect(announcementBetween(301, 300)).toBe('five')
    expect(announcementBetween(300, 299)).toBeNull()
    expect(announcementBetween(61, 60)).toBe('one')
    expect(announcementBetween(400, 30)).toBe('one')
    expect(announcementBetween(61, 0)).toBeNull()
    expect(announcementBetween(200, 3000)).toBeNull() // the server corrected the clock
  })
})

import { describe, expect, test } from 'vitest'
import { howItEnded, secondsInside, visitSentence } from './sentence'

const local = (time: string) => new Date(`2026-03-04T${time}`).toISOString()
const now = new Date('2026-03-04T18:00:00')

const ended = {
  started_at: local('10:00:00'),
  last_activity_at: local('10:10:00'),
  ended_at: local('10:25:00'),
  end_reason: 'idle',
  idle_timeout_seconds: 900,
}

describe('visitSentence', () => {
  test('tells of a visit that closed itself as a guest book would', () => {
    expect(visitSentence(ended, true, now)).toBe(
      '10:00 to 10:25. Closed automatically after 15 minutes without activity; last action 10:10.',
    )
  })
  test('tells no last action where somebody left', () => {
    expect(visitSentence({ ...ended, end_reason: 'stopped' }, true, now)).toBe(
      '10:00 to 10:25. Ended by leaving.',
    )
  })
  test('names the day where it was another one', () => {
    expect(visitSentence(ended, true, new Date('2026-03-09T18:00:00'))).toMatch(/^4 Mar|^Mar 4/)
  })
  test('names both days of a visit over midnight', () => {
    const late = {
      ...ended,
      started_at: local('23:50:00'),
      ended_at: new Date('2026-03-05T00:10:00').toISOString(),
    }
    expect(visitSentence({ ...late, end_reason: 'stopped' }, true, now)).toMatch(/23:50 to .*5.* 00:10\./)
  })
  test('does not end a visit that runs', () => {
    expect(visitSentence({ ...ended, ended_at: null, end_reason: null }, true, now)).toBe(
      'Since 10:00, still running.',
    )
  })
})

describe('howItEnded', () => {
  test('speaks to the customer of what the customer did', () => {
    const visit = { end_reason: 'ended_by_subject', idle_timeout_seconds: 900 }
    expect(howItEnded(visit, true)).toBe('Ended by you')
    expect(howItEnded(visit)).toBe('Ended by the customer')
  })
  test('has words for every reason, and for one it does not know', () => {
    const said = (end_reason: string) => howItEnded({ end_reason, idle_timeout_seconds: 900 })
    expect(said('meteor')).toBe('Ended')
    const reasons =
      'stopped idle expired consent_revoked ended_by_subject ended_by_owner ended_by_admin actor_logout actor_session_ended actor_disabled permission_lost ownership_changed subject_suspended subject_deleted superseded security'
    for (const reason of reasons.split(' ')) expect(said(reason), reason).not.toBe('Ended')
  })
})

test('secondsInside takes what was recorded, and counts while it runs', () => {
  const base = { started_at: local('10:00:00'), ended_at: null, duration_seconds: null }
  expect(secondsInside({ ...base, duration_seconds: 1500.5 })).toBe(1500.5)
  expect(secondsInside({ ...base, ended_at: local('10:25:00') })).toBe(1500)
  expect(secondsInside(base, new Date('2026-03-04T10:01:00').getTime())).toBe(60)
})

import { describe, expect, it } from 'vitest'
import { howItEnded, secondsInside, visitSentence } from './sentence'

const at = (minute: number) => new Date(2026, 2, 1, 10, minute).toISOString()
const now = new Date(2026, 2, 1, 12)
const visit = {
  started_at: at(0),
  last_activity_at: at(10),
  ended_at: at(25),
  end_reason: 'idle',
  idle_timeout_seconds: 900,
}

describe('a visit in one sentence', () => {
  it('says when it was, how it ended and when something was last done', () => {
    const text = visitSentence(visit, true, now)
    expect(text).toContain('10:00')
    expect(text).toContain('10:25')
    expect(text).toContain('Closed automatically after 15 minutes without activity')
    expect(text).toContain('last action 10:10')
  })

  it('tells the customer that it was he who ended it', () => {
    const ended = { end_reason: 'ended_by_subject', idle_timeout_seconds: 900 }
    expect(howItEnded(ended, true)).not.toBe(howItEnded(ended))
  })

  it('has words for every reason', () => {
    const unknown = howItEnded({ end_reason: 'no such reason', idle_timeout_seconds: 900 })
    for (const reason of [
      'stopped',
      'idle',
      'expired',
      'ended_by_subject',
      'ended_by_owner',
      'ended_by_admin',
      'actor_logout',
      'actor_session_ended',
      'actor_disabled',
      'permission_lost',
      'ownership_changed',
      'subject_suspended',
      'subject_deleted',
      'superseded',
    ]) {
      expect(howItEnded({ end_reason: reason, idle_timeout_seconds: 900 }), reason).not.toBe(unknown)
    }
  })

  it('counts how long somebody has been inside', () => {
    expect(
      secondsInside({ started_at: at(0), ended_at: null, duration_seconds: null }, Date.parse(at(5))),
    ).toBe(300)
    expect(secondsInside({ started_at: at(0), ended_at: at(9), duration_seconds: 12.5 })).toBe(12.5)
  })
})

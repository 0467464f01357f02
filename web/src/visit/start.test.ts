import { describe, expect, it } from 'vitest'
import { visibleLength } from './reason'
import { emptyStart, prefillOf, type Start, startBody, startProblems } from './start'

const complete: Start = { ...emptyStart, reason: 'The file manager is empty', informed: 'asked' }

describe('the dialog that starts a visit', () => {
  it('names everything that is missing', () => {
    expect(startProblems(emptyStart, 'customer')).toEqual(['reason', 'informed'])
    expect(startProblems(emptyStart, 'reseller')).toEqual(['acknowledged', 'reason', 'informed'])
    expect(startProblems(complete, 'customer')).toEqual([])
    expect(startProblems(complete, 'reseller')).toEqual(['acknowledged'])
  })

  it('lets a customer go untold for incidents alone, with a reason', () => {
    const untold: Start = { ...complete, informed: 'not_told' }
    expect(startProblems(untold, 'customer')).toEqual(['informed'])
    expect(startProblems({ ...untold, code: 'incident' }, 'customer')).toEqual(['because'])
    expect(startProblems({ ...untold, code: 'incident', because: 'The site was down' }, 'customer')).toEqual(
      [],
    )
  })

  it('counts what a reader sees', () => {
    expect(visibleLength('  a b\u200b\u202e c ')).toBe(3)
    expect(visibleLength('日本語')).toBe(3)
  })

  it('sends what was given and nothing else', () => {
    expect(startBody({ ...complete, ticket: ' 4711 ' }, 'acc_1', '/accounts?q=x', false)).toEqual({
      account_id: 'acc_1',
      reason_code: 'customer_request',
      reason: 'The file manager is empty',
      mode: 'look',
      informed: 'asked',
      return_to: '/accounts?q=x',
      ticket: '4711',
    })
    expect(startBody(complete, 'acc_1', '/', true)).toHaveProperty('supersede', true)
    expect(startBody({ ...complete, note: ' Second time ' }, 'acc_1', '/', false)).toHaveProperty(
      'note',
      'Second time',
    )
  })

  it('does not send what was written before another answer was chosen', () => {
    const untold: Start = {
      ...complete,
      code: 'incident',
      informed: 'not_told',
      because: ' The site was down ',
    }
    expect(startBody(untold, 'acc_1', '/', false)).toHaveProperty('not_told_because', 'The site was down')
    expect(startBody({ ...untold, informed: 'told' }, 'acc_1', '/', false)).not.toHaveProperty(
      'not_told_because',
    )
  })

  it('takes no reason that nobody can see, nor one that nobody would read', () => {
    for (const reason of [' '.repeat(40), '\u200B'.repeat(40), 'x'.repeat(501)]) {
      expect(startProblems({ ...complete, reason }, 'customer')).toEqual(['reason'])
    }
  })
})

describe('a link from a help desk', () => {
  it('says why somebody comes', () => {
    const search = { reason: 'The shop is down', reason_code: 'incident', ticket: 'HD-4711', sign_in: '1' }
    expect(prefillOf(search)).toEqual({ reason: 'The shop is down', code: 'incident', ticket: 'HD-4711' })
    expect(prefillOf({})).toEqual({})
  })

  it('brings nothing but words', () => {
    const hostile = '\u202E<img src=x onerror=alert(1)>\u0000\u200B\r\nBcc: a@b.example\u2066'
    expect(prefillOf({ reason: hostile, reason_code: '__proto__', ticket: hostile })).toEqual({
      reason: '<img src=x onerror=alert(1)> Bcc: a@b.example',
      ticket: '<img src=x onerror=alert(1)> Bcc: a@b.example',
    })
    expect(prefillOf({ reason: '\u200B\u202E ', ticket: '\n' })).toEqual({})
    const long = prefillOf({ reason: '𝔵'.repeat(5000), ticket: '1'.repeat(5000) })
    expect([[...(long.reason ?? '')].length, long.ticket?.length]).toEqual([500, 100])
  })
})

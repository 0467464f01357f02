import { describe, expect, test } from 'vitest'
import { reasonReady, visibleLength } from './reason'
import { emptyStart, type Start, startBody, startProblem } from './start'

const ready: Start = { ...emptyStart, reason: 'The file manager is empty.', informed: 'asked' }

describe('startProblem', () => {
  const cases: [name: string, part: Partial<Start>, kind: 'customer' | 'reseller', want: string | null][] = [
    ['complete', {}, 'customer', null],
    ['no reason', { reason: '' }, 'customer', 'reason'],
    ['a reason of spaces', { reason: ' '.repeat(40) }, 'customer', 'reason'],
    ['a reason of marks without shape', { reason: '\u200B'.repeat(40) }, 'customer', 'reason'],
    ['a reason too long', { reason: 'x'.repeat(501) }, 'customer', 'reason'],
    ['nobody knows whether the customer knows', { informed: '' }, 'customer', 'informed'],
    [
      'untold where telling does no harm',
      { informed: 'not_told', because: 'in a hurry' },
      'customer',
      'informed',
    ],
    ['untold without a because', { code: 'abuse', informed: 'not_told' }, 'customer', 'because'],
    [
      'untold for abuse',
      { code: 'abuse', informed: 'not_told', because: 'it would warn them' },
      'customer',
      null,
    ],
    ['a reseller, not acknowledged', {}, 'reseller', 'acknowledged'],
    ['a reseller, acknowledged', { acknowledged: true }, 'reseller', null],
  ]
  test.each(cases)('%s', (_, part, kind, want) => {
    expect(startProblem({ ...ready, ...part }, kind)).toBe(want)
  })
})

test('startBody says only what was said', () => {
  expect(
    startBody({ ...ready, reason: '  The file manager is empty. ' }, 'acc_1', '/accounts?q=x', false),
  ).toEqual({
    account_id: 'acc_1',
    reason_code: 'customer_request',
    reason: 'The file manager is empty.',
    mode: 'look',
    informed: 'asked',
    return_to: '/accounts?q=x',
  })
  const untold: Start = {
    ...ready,
    code: 'incident',
    informed: 'not_told',
    because: ' mail loop ',
    ticket: ' 4711 ',
  }
  expect(startBody(untold, 'acc_1', '/accounts', true)).toMatchObject({
    ticket: '4711',
    not_told_because: 'mail loop',
    supersede: true,
  })
  // What was written before another answer was chosen is not sent.
  expect(startBody({ ...untold, informed: 'told' }, 'acc_1', '/accounts', false)).not.toHaveProperty(
    'not_told_because',
  )
})

test('visibleLength counts characters that a reader sees', () => {
  expect(visibleLength('a b\u00A0c\u200B\u0301')).toBe(4)
  expect(visibleLength('👍👍')).toBe(2)
  expect(reasonReady('123456789')).toBe(false)
  expect(reasonReady('1234567890')).toBe(true)
})

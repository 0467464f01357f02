import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { qr } from './qr'

const text = 'otpauth://totp/Innkeeper:ada@example.com?x='.repeat(12)
const rowsOf = (length: number) =>
  qr(text.slice(0, length)).map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))

test('the smallest code is drawn module by module', () => {
  expect(rowsOf(14)).toEqual([
    '111111100101101111111',
    '100000100110101000001',
    '101110101010001011101',
    '101110101111101011101',
    '101110101100101011101',
    '100000101010101000001',
    '111111101010101111111',
    '000000001100100000000',
    '101111100000101111100',
    '101110000101001011111',
    '001011110001101100110',
    '011110001000100101111',
    '111001110111101111011',
    '000000001101011110101',
    '111111100111111000110',
    '100000101001000101101',
    '101110101101001000011',
    '101110101000011010100',
    '101110101001111001100',
    '100000100110110001100',
    '111111101001111001010',
  ])
})

// What an encoder of somebody else draws for the same text.
test.each([
  [120, 45, 'cf32fd233d33cefee7eaaa392dff9359'],
  [300, 69, '9662ec112304e74847d2579d07efda52'],
  [412, 77, '1b2124fa50cdb4177fb1188002a39193'],
])('a text of %i bytes takes %i modules', (length, size, sum) => {
  const rows = rowsOf(length)
  expect(rows.length).toBe(size)
  expect(createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 32)).toBe(sum)
})

test('what does not fit is refused', () => {
  expect(() => qr('x'.repeat(413))).toThrow(RangeError)
})

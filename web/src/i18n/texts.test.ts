import { expect, test } from 'vitest'
import { maybe, texts } from '.'

const room = texts('test-room', {
  hello: 'Hello {{name}}',
  count_one: '{{count}} door',
  count_other: '{{count}} doors',
  deep: { inside: 'deep' },
})

test('texts gives the text of a key, with values and counts', () => {
  const t = room.t()
  expect(t('hello', { name: '<b>Mila</b>' })).toBe('Hello <b>Mila</b>')
  expect(t('count', { count: 1 })).toBe('1 door')
  expect(t('count', { count: 4 })).toBe('4 doors')
  expect(t('deep.inside')).toBe('deep')
})

test('values are never taken for templates', () => {
  expect(room.t()('hello', { name: '{{count}} $t(deep.inside)' })).toBe('Hello {{count}} $t(deep.inside)')
})

test('maybe answers null for a key that is not there', () => {
  expect(maybe('test-room', 'deep.inside')).toBe('deep')
  expect(maybe('test-room', 'deep.outside')).toBeNull()
  expect(maybe('no-room', 'hello')).toBeNull()
})

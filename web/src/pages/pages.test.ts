import { describe, expect, test } from 'vitest'
import type { Account } from '../api/types'
import { parseSearch, stringifySearch, words } from '../search'
import { changed, valuesOf } from './accounts/details'
import { anyFilter, asQuery, endOf, startOf } from './activity/filters'
import { cleanDomain, looksLikeDomain, looksLikeIPv4, looksLikeIPv6 } from './domains/names'
import { looksLikeLocalPart, splitAddress } from './mailboxes/address'
import { whereFrom } from './me/agent'
import { passwordProblem } from './session/password'

test('a table’s state is plain words in the address', () => {
  expect(stringifySearch({ q: '12 & 13', status: undefined, sort: '-name' })).toBe('?q=12+%26+13&sort=-name')
  expect(stringifySearch({})).toBe('')
  expect(parseSearch('?q=12&x=true')).toEqual({ q: '12', x: 'true' })
  expect(words('q', 'sort')({ q: 'a', sort: '', other: 'x', n: 7 })).toEqual({ q: 'a' })
})

describe('an account’s form', () => {
  const account = {
    name: 'Blue Door',
    email: 'a@b.example',
    phone: '',
    company: '',
    address: '',
    plan: { id: 'p1', name: 'P' },
    expires_at: '2026-12-31T23:59:59Z',
  } as Account
  test('writes back only what was changed', () => {
    expect(changed(account, valuesOf(account))).toEqual({})
    expect(changed(account, { ...valuesOf(account), name: ' Blue Door Bakery ', plan_id: '' })).toEqual({
      name: 'Blue Door Bakery',
      plan_id: '',
    })
  })
  test('a day of expiry lasts until its end, and is not taken away', () => {
    expect(changed(account, { ...valuesOf(account), expires_at: '2027-01-31' })).toEqual({
      expires_at: '2027-01-31T23:59:59Z',
    })
    expect(changed(account, { ...valuesOf(account), expires_at: '' })).toEqual({})
  })
})

describe('the log’s filters', () => {
  test('a day is asked for from its beginning to its end, here', () => {
    expect(startOf('2026-03-04')).toBe(new Date('2026-03-04T00:00:00').toISOString())
    expect(endOf('2026-03-04')).toBe(new Date('2026-03-04T23:59:59.999').toISOString())
    expect(startOf(undefined)).toBeUndefined()
    expect(asQuery({ event: 'impersonation.start', from: '2026-03-04T10:00:00Z' })).toMatchObject({
      event: 'impersonation.start',
      from: '2026-03-04T10:00:00Z',
    })
  })
  test('a place in the list is no filter', () => {
    expect(anyFilter({ cursor: 'x' })).toBe(false)
    expect(anyFilter({ q: 'x' })).toBe(true)
  })
})

test.each([
  ['https://Shop.Example/path?x', 'shop.example', true],
  ['bücher.example.', 'bücher.example', true],
  ['localhost', 'localhost', false],
  ['-bad.example', '-bad.example', false],
  ['a b.example', 'a b.example', false],
  ['192.0.2.1', '192.0.2.1', false],
])('the domain in %j', (typed, name, fine) => {
  expect(cleanDomain(typed)).toBe(name)
  expect(looksLikeDomain(name)).toBe(fine)
})

test('addresses of the internet', () => {
  expect(looksLikeIPv4(' 192.0.2.255 ')).toBe(true)
  expect(looksLikeIPv4('192.0.2.256')).toBe(false)
  expect(looksLikeIPv4('1.2.3')).toBe(false)
  expect(looksLikeIPv6('2001:db8::1')).toBe(true)
  expect(looksLikeIPv6('2001:db8:::1')).toBe(false)
  expect(looksLikeIPv6('203.0.113.1')).toBe(false)
})

test('addresses of mailboxes', () => {
  expect(splitAddress(' Mila@BlueDoor.example')).toEqual({ local: 'mila', domain: 'bluedoor.example' })
  expect(splitAddress('mila')).toEqual({ local: 'mila', domain: null })
  expect(looksLikeLocalPart('first.last+tag')).toBe(true)
  for (const bad of ['', '.a', 'a.', 'a..b', 'a b', 'a\r\nb', 'ä'])
    expect(looksLikeLocalPart(bad), bad).toBe(false)
})

test('passwordProblem counts as people do', () => {
  expect(passwordProblem('eleven char', 'eleven char')).toBe('short')
  expect(passwordProblem('👍'.repeat(11), '👍'.repeat(11))).toBe('short')
  expect(passwordProblem('twelve chars', 'twelve char')).toBe('differs')
  expect(passwordProblem('twelve chars', 'twelve chars')).toBeNull()
})

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1', 'Safari on iOS'],
  ['curl/8.0', 'curl'],
  ['', '–'],
])('whereFrom(%j)', (agent, want) => {
  expect(whereFrom(agent)).toBe(want)
})

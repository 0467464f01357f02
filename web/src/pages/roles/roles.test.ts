// @vitest-environment node
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import './texts'
import { everyPermission, wordsOf } from './roles'

/** What the built-in rules allow staff on the accounts of others; that of entering them has a row of its own. */
const allowed = readFileSync(new URL('../../../../rbac/policy.csv', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.split(',').map((cell) => cell.trim()))
  .filter(([role = '', , , relation, , effect]) => {
    return ['admin', 'support', 'reseller'].includes(role) && relation !== 'self' && effect === 'allow'
  })
  .map(([, , permission = '']) => permission)
  .filter((permission) => permission !== 'account:impersonate')

test('every permission that the table of roles shows has a name for people', () => {
  expect(new Set(allowed).size).toBeGreaterThan(20)
  expect(allowed.filter((permission) => wordsOf(permission) === permission)).toEqual([])
})

test('a permission stands in the table once, those that can be given first', () => {
  const role = { permissions: ['job:view', 'account:view', 'job:view'] } as Parameters<
    typeof everyPermission
  >[0][0]
  expect(everyPermission([role], ['account:view', 'domain:view'])).toEqual([
    'account:view',
    'domain:view',
    'job:view',
  ])
})

import { expect, test } from 'vitest'
import { navigationFor } from '../layout/navigation'
import { allowed } from './permission'
import type { SessionInfo } from './types'

function session(part: Partial<SessionInfo>): SessionInfo {
  return {
    principal: { kind: 'customer', person_id: 'per_1', account_id: 'acc_1', name: 'Mila', role: 'customer' },
    permissions: ['domain:view'],
    permissions_in_change_mode: ['domain:manage'],
    impersonation: null,
    ...part,
  } as SessionInfo
}
const visit = (mode: string) => ({ impersonation: { mode } }) as unknown as Partial<SessionInfo>

test.each([
  ['what is permitted', session({}), 'domain:view', 'yes'],
  [
    'what changing would permit, in a visit that looks',
    session(visit('look')),
    'domain:manage',
    'in-change-mode',
  ],
  [
    'the same in a visit that changes and still does not permit it',
    session(visit('change')),
    'domain:manage',
    'no',
  ],
  ['the same without a visit', session({}), 'domain:manage', 'no'],
  ['what nothing permits', session(visit('look')), 'account:delete', 'no'],
] as const)('allowed: %s', (_, who, permission, want) => {
  expect(allowed(who, permission)).toBe(want)
})

function places(
  kind: SessionInfo['principal']['kind'],
  permissions: string[],
  more: Partial<SessionInfo> = {},
) {
  const who = session({ permissions, ...more })
  return navigationFor({ ...who, principal: { ...who.principal, kind } })
    .flatMap((group) => group.places)
    .map((place) => place.to)
}

test('navigationFor shows what a person may see and no group without a place', () => {
  const hosting = ['dashboard:view', 'domain:view', 'mailbox:view', 'file:view', 'access-history:view']
  expect(places('customer', hosting)).toEqual([
    '/dashboard',
    '/domains',
    '/mailboxes',
    '/files',
    '/me/access',
    '/me/profile',
  ])
  expect(
    places('admin', ['dashboard:view', 'account:view', 'domain:view', 'impersonation:view', 'job:view']),
  ).toEqual(['/dashboard', '/accounts', '/impersonations', '/jobs', '/me/profile'])
  expect(places('customer', ['account:view'])).toEqual(['/me/profile'])
})

test('navigationFor shows what change mode would open, so that it can be asked for', () => {
  expect(places('customer', [], { ...visit('look'), permissions_in_change_mode: ['file:view'] })).toContain(
    '/files',
  )
})

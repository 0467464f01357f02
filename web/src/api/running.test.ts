import { beforeEach, expect, test, vi } from 'vitest'
import { hereQuery, liveVisitsQuery, notificationsQuery } from './queries'
import { heardUnread, heardVisits, sameVisits } from './running'
import { queryClient, sessionQuery } from './session'
import { waitBefore } from './stream'
import type { SessionInfo, Visit } from './types'

const visit = (id: string, subject: string, more: Partial<Visit> = {}) =>
  ({ id, mode: 'look', subject: { id: subject }, doing: '', ...more }) as Visit

beforeEach(() => {
  queryClient.clear()
  queryClient.setQueryData(sessionQuery.queryKey, { account: { id: 'bakery' } } as SessionInfo)
})

test('the stream answers who is inside, everywhere and here', () => {
  heardVisits([visit('one', 'bakery'), visit('two', 'school')])
  expect(queryClient.getQueryData(hereQuery.queryKey)?.map(({ id }) => id)).toEqual(['one'])
  expect(queryClient.getQueryData(liveVisitsQuery({}).queryKey)?.impersonations).toHaveLength(2)
})

test('pages about visits ask again when one begins or ends, and little when something is done in it', () => {
  heardVisits([visit('one', 'bakery')])
  const asked = vi.spyOn(queryClient, 'invalidateQueries')
  heardVisits([visit('one', 'bakery', { doing: 'Anna created a mailbox.' })])
  expect(asked.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([
    ['impersonations', 'one'],
    ['access-history', 'one'],
  ])
  asked.mockClear()
  heardVisits([])
  expect(asked.mock.calls.map(([filter]) => filter?.queryKey)).toContainEqual(['access-history'])
  expect(queryClient.getQueryData(hereQuery.queryKey)).toEqual([])
})

test('a visit that may change things now is not the same', () => {
  expect(sameVisits([visit('one', 'a')], [visit('one', 'a', { doing: 'x' })])).toBe(true)
  expect(sameVisits([visit('one', 'a')], [visit('one', 'a', { mode: 'change' })])).toBe(false)
})

test('the bell counts what the stream says', () => {
  const answer = { notifications: [], unread: 1, next_cursor: null }
  heardUnread(3)
  expect(queryClient.getQueryData(notificationsQuery.queryKey)).toBeUndefined()
  queryClient.setQueryData(notificationsQuery.queryKey, answer)
  heardUnread(2)
  expect(queryClient.getQueryData(notificationsQuery.queryKey)?.unread).toBe(2)
})

test('each try waits longer, up to a bound, and no two tabs alike', () => {
  expect(waitBefore(0, 0.5)).toBeLessThan(500)
  expect(waitBefore(2, 0.5)).toBe(2 * waitBefore(1, 0.5))
  expect(waitBefore(40, 1)).toBe(45_000)
  expect(waitBefore(3, 0)).not.toBe(waitBefore(3, 1))
})

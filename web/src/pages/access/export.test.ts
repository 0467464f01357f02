import { describe, expect, test } from 'vitest'
import type { ActivityEvent } from '../../api/types'
import { cell, table } from './export'

describe('cell', () => {
  test.each([
    ['=1+1', `"'=1+1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['-2', `"'-2"`],
    ['\tx', `"'\tx"`],
    ['say "hi", please', '"say ""hi"", please"'],
    [null, '""'],
    [3, '"3"'],
  ])('W-04: writes %j as %s', (value, want) => {
    expect(cell(value)).toBe(want)
  })
})

test('an act whose reason was erased says since when, beside one that has its reason', () => {
  const act = {
    at: '2024-03-02T10:00:00Z',
    actor: { id: 'per_1', name: 'Anna Lind', role: 'support', employer: 'Harbour' },
    reason: 'as agreed',
    sentence: 'Anna Lind changed the details of the account Blue Door.',
    texts_erased_at: null,
  } as unknown as ActivityEvent
  const erased = { ...act, at: '2024-03-01T10:00:00Z', reason: '', texts_erased_at: '2026-03-05T00:10:00Z' }
  const [, ...lines] = table({ visits: [], direct_changes: [erased, act] }).split('\r\n')
  expect(lines.map((line) => line.split(',')[5])).toEqual(['"as agreed"', '"erased on 2026-03-05"'])
})

test('an empty history has its head alone', () => {
  expect(table({ visits: [], direct_changes: [] })).toMatch(/^"from","to","who"/)
})

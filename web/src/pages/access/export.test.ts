import { describe, expect, test } from 'vitest'
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

test('an empty history has its head alone', () => {
  expect(table({ visits: [], direct_changes: [] })).toMatch(/^"from","to","who"/)
})

// @vitest-environment node
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Broken, canCheck, check } from './check'

/** The documents that the program itself must be able to check for ever. */
const kept = (name: string) =>
  readFileSync(new URL(`../../../../internal/audit/ledger/testdata/${name}.json`, import.meta.url), 'utf8')

describe('a receipt', () => {
  test('holds', async () => {
    expect(await canCheck()).toBe(true)
    const checked = await check(kept('receipt'))
    expect(checked.records.map(({ account_seq }) => account_seq)).toEqual([1, 2, 3])
    expect(checked.size).toBe(6)
    expect(checked.links).toEqual([])
    expect(checked.keys).toEqual([checked.key])
  })

  test('holds under a key that replaced another, in a new epoch', async () => {
    const checked = await check(kept('receipt-epoch'))
    expect(checked.links.map(({ kind }) => kind)).toEqual(['key', 'epoch'])
    expect(checked.links[1]).toMatchObject({ epoch: 2, reason: 'The disk failed' })
    expect(checked.keys).toHaveLength(2)
  })

  test('holds when texts of it were erased, and says so', async () => {
    const checked = await check(kept('receipt-texts'))
    expect(checked.erased).toBe(2)
    expect(checked.erasedAt).toBe('2028-03-02T10:00:00Z')
    expect((await check(kept('receipt'))).erased).toBe(0)
  })

  test.each([
    ['a reason', 'asked', 'wished'],
    ['an address', '192.0.2.7', '192.0.2.8'],
    ['the salt of its texts', '"texts_salt":', '"salt_of_texts":'],
    ['an erasure', '"texts_erased_at":', '"erased_at":'],
    ['an erasure that was none', '"texts":', '"texts_erased_at": "2028-03-02T10:00:00Z", "texts":'],
  ])('does not when %s was changed', async (_, from, to) => {
    const forged = kept('receipt-texts').replace(from, to)
    expect(forged).not.toBe(kept('receipt-texts'))
    await expect(check(forged)).rejects.toThrow(Broken)
  })

  test.each([
    ['a name', 'Ada Winter', 'Eve Winter'],
    ['a leaf', '"leaf": 0', '"leaf": 1'],
    ['the visit', '"impersonation_id": "imp_1"', '"impersonation_id": "imp_9"'],
    ['the head', 'innkeeper-record\\n6\\n', 'innkeeper-record\\n7\\n'],
    ['the format', 'innkeeper-receipt-1', 'innkeeper-receipt-9'],
  ])('does not when %s was changed', async (_, from, to) => {
    const forged = kept('receipt').replace(from, to)
    expect(forged).not.toBe(kept('receipt'))
    await expect(check(forged)).rejects.toThrow(Broken)
  })

  test('says that none of its records is missing, where they are numbered', async () => {
    const checked = await check(kept('receipt-numbered'))
    expect([checked.gapless, checked.ended]).toEqual([true, false])
    expect((await check(kept('receipt'))).gapless).toBe(false)
  })

  test.each([0, 1, 2])('does not without its record %d', async (left) => {
    const document = JSON.parse(kept('receipt-numbered'))
    document.records.splice(left, 1)
    await expect(check(JSON.stringify(document))).rejects.toThrow(
      `record ${left + 1} of the visit is missing`,
    )
  })

  test('does not without its links', async () => {
    const { links: _, ...without } = JSON.parse(kept('receipt-epoch'))
    await expect(check(JSON.stringify(without))).rejects.toThrow(Broken)
  })

  test.each(['', '{}', '[]', 'null', '{"format":"innkeeper-receipt-1","records":[]}'])(
    'is not %s',
    async (text) => {
      await expect(check(text)).rejects.toThrow(Broken)
    },
  )
})

describe('a statement', () => {
  const statement = () => JSON.parse(kept('statement'))

  test('says that nobody was there', async () => {
    expect((await check(kept('statement'))).others).toEqual([])
  })

  test('names who was', async () => {
    expect((await check(kept('statement-visit'))).others).toHaveLength(2)
  })

  test.each([
    ['a record is left out', (s: { records: unknown[] }) => s.records.splice(1, 1)],
    ['its beginning is cut', (s: { records: unknown[] }) => s.records.shift()],
    ['its end is cut', (s: { records: unknown[] }) => s.records.pop()],
    ['its time is shifted', (s: { to: string }) => Object.assign(s, { to: '2030-01-01T00:00:00Z' })],
    ['it has no time', (s: { to: string }) => Object.assign(s, { to: '' })],
  ])('does not hold when %s', async (_, change) => {
    const forged = statement()
    change(forged)
    await expect(check(JSON.stringify(forged))).rejects.toThrow(Broken)
  })
})

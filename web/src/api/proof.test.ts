import { expect, test } from 'vitest'
import { askForProof, knowing, proofs, provedSince, proving } from './proof'

test('who needs a proof at once waits for one answer', () => {
  expect(askForProof()).toBe(askForProof())
})

test('a request that was under way while the cookie changed is made again', async () => {
  const before = proofs()
  expect(await provedSince(before)).toBe(false)
  let finish: () => void = () => {}
  const change = proving(() => new Promise<void>((resolve) => (finish = resolve)))
  const again = provedSince(before)
  finish()
  await change
  expect(await again).toBe(true)
  expect(await provedSince(proofs())).toBe(false)
})

test('a change of the cookie that failed is none', async () => {
  const before = proofs()
  await expect(proving(() => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong')
  expect(await provedSince(before)).toBe(false)
})

test('knowing gives back what the act gives', async () => {
  expect(
    await knowing(
      async () => {},
      async () => 7,
    ),
  ).toBe(7)
})

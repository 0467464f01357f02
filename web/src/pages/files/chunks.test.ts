// @vitest-environment node
import { expect, test, vi } from 'vitest'
import { chunksOf, type SendPiece, upload } from './chunks'

test.each([
  [0, [[0, 0, true]]],
  [5, [[0, 5, true]]],
  [10, [[0, 10, true]]],
  [
    25,
    [
      [0, 10, false],
      [10, 20, false],
      [20, 25, true],
    ],
  ],
])('chunksOf(%d) in pieces of 10', (size, want) => {
  expect(chunksOf(size, 10).map((piece) => [piece.offset, piece.end, piece.last])).toEqual(want)
})

const text = 'abcdefghijklmnopqrstuvwxy'

function recorder(fail?: (query: Record<string, string>) => unknown) {
  const got: [query: Record<string, string>, piece: string][] = []
  const send: SendPiece = async (query, piece, report) => {
    const problem = fail?.(query)
    if (problem) throw problem
    report(piece.size)
    got.push([query, await new Response(piece).text()])
  }
  return { got, send }
}

const plan = (send: SendPiece, part: object = {}) => ({
  path: '/a.txt',
  file: new Blob([text]),
  uploadId: 'u1',
  send,
  signal: new AbortController().signal,
  onProgress: () => {},
  max: 10,
  ...part,
})

test('a file goes up in pieces that make it whole again, the last one saying so', async () => {
  const { got, send } = recorder()
  const progress = vi.fn()
  await upload(plan(send, { onProgress: progress }))
  expect(got.map(([, piece]) => piece).join('')).toBe(text)
  expect(got.map(([query]) => query)).toEqual([
    { path: '/a.txt', upload: 'u1', offset: '0', complete: 'false' },
    { path: '/a.txt', upload: 'u1', offset: '10', complete: 'false' },
    { path: '/a.txt', upload: 'u1', offset: '20', complete: 'true' },
  ])
  expect(progress).toHaveBeenLastCalledWith(text.length)
})

test('a small file is one request without any upload', async () => {
  const { got, send } = recorder()
  await upload(plan(send, { max: 100 }))
  expect(got).toEqual([[{ path: '/a.txt' }, text]])
})

test('a later try goes on from the last whole piece', async () => {
  const { got, send } = recorder()
  await upload(plan(send, { from: 10 }))
  expect(got.map(([query]) => query.offset)).toEqual(['10', '20'])
})

test('a failed piece stops the rest', async () => {
  const { got, send } = recorder((query) => query.offset === '10' && new Error('line is gone'))
  await expect(upload(plan(send))).rejects.toThrow('line is gone')
  expect(got).toHaveLength(1)
})

test('cancelling stops before the next piece', async () => {
  const abort = new AbortController()
  const { got, send } = recorder()
  const first: SendPiece = async (...args) => {
    await send(...args)
    abort.abort()
  }
  await expect(upload(plan(first, { signal: abort.signal }))).rejects.toThrow(/abort/i)
  expect(got).toHaveLength(1)
})

import { describe, expect, it } from 'vitest'
import { chunksOf, upload } from './chunks'
import { crumbs, fromHome, goodName, join, nameOf, normal, parent } from './paths'

describe('paths', () => {
  it('stay below the home folder', () => {
    expect(normal('/../a//b/./')).toBe('a/b')
    expect(fromHome('a/b')).toBe('/a/b')
    expect(join('', 'a')).toBe('a')
    expect(join('a', 'b')).toBe('a/b')
    expect([parent('a/b'), parent('a'), nameOf('a/b')]).toEqual(['a', '', 'b'])
    expect(crumbs('a/b').map((crumb) => crumb.path)).toEqual(['a', 'a/b'])
    expect(['', '.', '..', 'a/b'].some(goodName)).toBe(false)
    expect(goodName('index.html')).toBe(true)
  })
})

describe('an upload', () => {
  it('is cut into pieces that cover the file once', () => {
    expect(chunksOf(0, 10)).toEqual([{ offset: 0, end: 0, last: true }])
    expect(chunksOf(25, 10)).toEqual([
      { offset: 0, end: 10, last: false },
      { offset: 10, end: 20, last: false },
      { offset: 20, end: 25, last: true },
    ])
  })

  async function run(size: number, from = 0) {
    const sent: { query: Record<string, string>; size: number }[] = []
    const progress: number[] = []
    await upload({
      path: '/a',
      file: new Blob([new Uint8Array(size)]),
      uploadId: 'u1',
      from,
      max: 10,
      signal: new AbortController().signal,
      onProgress: (bytes) => progress.push(bytes),
      send: async (query, piece) => {
        sent.push({ query, size: piece.size })
      },
    })
    return { sent, progress }
  }

  it('sends a small file in one request without an upload', async () => {
    expect((await run(5)).sent).toEqual([{ query: { path: '/a' }, size: 5 }])
  })

  it('sends a large one piece by piece and says which is the last', async () => {
    const { sent, progress } = await run(25)
    expect(sent.map((piece) => [piece.query.offset, piece.query.complete, piece.size])).toEqual([
      ['0', 'false', 10],
      ['10', 'false', 10],
      ['20', 'true', 5],
    ])
    expect(progress).toEqual([10, 20, 25])
  })

  it('goes on where an earlier try stopped', async () => {
    expect((await run(25, 20)).sent.map((piece) => piece.query.offset)).toEqual(['20'])
  })

  it('stops when it is cancelled', async () => {
    const stop = new AbortController()
    stop.abort()
    const gone = upload({
      path: '/a',
      file: new Blob(['x']),
      uploadId: 'u1',
      signal: stop.signal,
      onProgress: () => {},
      send: async () => {
        throw new Error('was sent')
      },
    })
    await expect(gone).rejects.toThrow(/abort/i)
  })
})

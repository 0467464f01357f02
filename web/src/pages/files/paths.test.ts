import { describe, expect, test } from 'vitest'
import type { FileEntry } from '../../api/types'
import { decode } from './decode'
import { sorted } from './FileTable'
import { crumbs, fromHome, goodName, join, looksEditable, nameOf, normal, parent } from './paths'

test('paths are put together and taken apart', () => {
  expect(join('', 'a.txt')).toBe('a.txt')
  expect(join('img', 'a.png')).toBe('img/a.png')
  expect(parent('img/old/a.png')).toBe('img/old')
  expect(parent('a.txt')).toBe('')
  expect(nameOf('img/old/a.png')).toBe('a.png')
  expect(fromHome('img')).toBe('/img')
  expect(crumbs('img/old')).toEqual([
    { name: 'img', path: 'img' },
    { name: 'old', path: 'img/old' },
  ])
  expect(crumbs('')).toEqual([])
})

test.each([
  ['/img//old/', 'img/old'],
  ['../../etc/passwd', 'etc/passwd'],
  ['./a/../b', 'a/b'],
  ['', ''],
])('normal(%j)', (path, want) => {
  expect(normal(path)).toBe(want)
})

test.each([
  ['index.html', true],
  ['.htaccess', true],
  ['Ümlaut & co', true],
  ['', false],
  ['.', false],
  ['..', false],
  ['a/b', false],
  ['a\nb', false],
  ['x'.repeat(256), false],
])('goodName(%j)', (name, want) => {
  expect(goodName(name)).toBe(want)
})

test.each([
  ['index.php', true],
  ['.env', true],
  ['README', true],
  ['photo.jpg', false],
  ['archive.tar.gz', false],
])('looksEditable(%j)', (name, want) => {
  expect(looksEditable(name)).toBe(want)
})

describe('decode', () => {
  const bytes = (...list: number[]) => new Uint8Array(list)
  test('reads text, its byte order mark included, so that saving changes nothing', () => {
    expect(decode(new TextEncoder().encode('häuser\n'))).toBe('häuser\n')
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe('\uFEFFa')
    expect(decode(bytes())).toBe('')
  })
  test('refuses what saving would damage', () => {
    expect(decode(bytes(0xe4, 0x6e))).toBeNull()
    expect(decode(bytes(0x61, 0x00))).toBeNull()
  })
})

test('folders stay above files whatever they are sorted by', () => {
  const entry = (name: string, kind: string, size: number, day: number) =>
    ({ name, kind, size, path: name, modified_at: `2026-03-0${day}T00:00:00Z` }) as FileEntry
  const list = [
    entry('b10', 'file', 5, 1),
    entry('b9', 'file', 9, 3),
    entry('z', 'folder', 0, 2),
    entry('a', 'folder', 0, 4),
  ]
  const names = (sort: string) => sorted(list, sort).map((each) => each.name)
  expect(names('name')).toEqual(['a', 'z', 'b9', 'b10'])
  expect(names('-name')).toEqual(['z', 'a', 'b10', 'b9'])
  expect(names('size')).toEqual(['a', 'z', 'b10', 'b9'])
  expect(names('-modified')).toEqual(['a', 'z', 'b9', 'b10'])
})

import { expect, test } from 'vitest'
import { localPath } from './path'

test.each([
  ['/accounts?q=door&sort=name', '/accounts?q=door&sort=name'],
  ['/as/imp_1/files/', '/as/imp_1/files/'],
  ['/dashboard#x', '/dashboard#x'],
  ['https://evil.example/', '/dashboard'],
  ['//evil.example/', '/dashboard'],
  ['/\\evil.example/', '/dashboard'],
  ['/\t/evil.example/', '/dashboard'],
  ['javascript:alert(1)', '/dashboard'],
  ['', '/dashboard'],
  [undefined, '/dashboard'],
  [7, '/dashboard'],
])('localPath(%j)', (path, want) => {
  expect(localPath(path)).toBe(want)
})

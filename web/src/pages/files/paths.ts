import type { FileEntry } from '../../api/types'

/** Paths of files are written with slashes, without one at the beginning or end; the home folder is "". */

/** fromHome writes a path as the server does: from the account's home, "/". */
export function fromHome(path: string): string {
  return `/${path}`
}

export function join(folder: string, name: string): string {
  return folder ? `${folder}/${name}` : name
}

export function parent(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** normal removes what an address may add: slashes at the ends, doubled ones, dots. */
export function normal(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/')
}

/** crumbs lists the folders from the first below home down to the path. */
export function crumbs(path: string): { name: string; path: string }[] {
  const parts = path === '' ? [] : path.split('/')
  return parts.map((name, index) => ({ name, path: parts.slice(0, index + 1).join('/') }))
}

/** goodName says whether a name can be given to a file; the server decides. */
export function goodName(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !name.includes('/') &&
    !/\p{Cc}/u.test(name) &&
    name.length <= 255
  )
}

const editable =
  /\.(?:html?|css|m?js|ts|tsx|jsx|json|php|phtml|txt|md|xml|svg|csv|ya?ml|ini|conf|env|htaccess|log|sh|py|rb|sql|toml|twig|tpl|vue)$/i

/** editableMax is where editing in a browser stops being pleasant. */
export const editableMax = 2 * 1024 * 1024

/** looksEditable says by its name whether a file holds text. */
export function looksEditable(name: string): boolean {
  return editable.test(name) || /^(?:\.\w+|[A-Z]+|Makefile|Dockerfile)$/.test(name)
}

/** edits says whether the editor opens a file. */
export function edits(entry: Pick<FileEntry, 'name' | 'size'>): boolean {
  return looksEditable(entry.name) && entry.size <= editableMax
}

import { api, apiBase, ok, send } from '../../api/client'
import { queryClient } from '../../api/session'
import { fromHome } from './paths'

export function contentUrl(path: string): string {
  return `${apiBase}/files/content?${new URLSearchParams({ path: fromHome(path) })}`
}

export const folderKey = (path: string) => ['files', path] as const

export function refreshFolder(path: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: folderKey(path) })
}

export interface Content {
  bytes: Uint8Array
  etag: string
}

export async function readFile(path: string): Promise<Content> {
  const response = await send('GET', contentUrl(path))
  return { bytes: new Uint8Array(await response.arrayBuffer()), etag: response.headers.get('ETag') ?? '' }
}

/** writeFile replaces a file if it is still the one with this etag; '*' writes only where there is none yet; null always. */
export async function writeFile(path: string, text: string, etag: string | null): Promise<string> {
  const condition: Record<string, string> =
    etag === '*' ? { 'If-None-Match': '*' } : etag ? { 'If-Match': etag } : {}
  const headers = { 'Content-Type': 'application/octet-stream', ...condition }
  const response = await send('PUT', contentUrl(path), { headers, body: text })
  const said = (await response.json()) as { etag?: string }
  return said.etag ?? response.headers.get('ETag') ?? ''
}

export const createFolder = (path: string) =>
  ok(api.POST('/files/folder', { body: { path: fromHome(path) } }))
export const renameFile = (from: string, to: string) =>
  ok(api.POST('/files/rename', { body: { from: fromHome(from), to: fromHome(to) } }))
export const deleteFiles = (paths: string[]) =>
  ok(api.POST('/files/delete', { body: { paths: paths.map(fromHome) } }))

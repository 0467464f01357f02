/** What the server wrote into the page: read once, before anything else runs. */
const root = typeof document === 'undefined' ? null : document.getElementById('root')

/** base is the prefix of everything the panel asks and links: "" or "/as/{id}". */
export const base = root?.dataset.base ?? ''

/** nonce lets style sheets that scripts insert pass the content security policy. */
export const nonce = root?.dataset.nonce ?? ''

/** visitId is the support visit this page belongs to, or null where the person is in his own account. */
export const visitId = base.startsWith('/as/') ? base.slice('/as/'.length) : null

/** storageKey keeps what one visit stores apart from other visits and from the person's own panel. */
export function storageKey(name: string): string {
  return visitId ? `innkeeper.${visitId}.${name}` : `innkeeper.${name}`
}

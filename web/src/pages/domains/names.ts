/** cleanDomain makes of what people paste a bare name: no scheme, no path, no www of a pasted address, lower case. */
export function cleanDomain(typed: string): string {
  const bare = typed
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/\.$/, '')
  return bare
}

const label = /^(?!-)[\p{L}\p{N}-]{1,63}(?<!-)$/u

/** looksLikeDomain is a first look; the server decides. */
export function looksLikeDomain(name: string): boolean {
  const labels = name.split('.')
  return (
    labels.length >= 2 &&
    name.length <= 253 &&
    labels.every((each) => label.test(each)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  )
}

export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'CAA', 'NS'] as const
export type RecordType = (typeof recordTypes)[number]

export const ttlMin = 60
export const ttlMax = 604_800

/** looksLikeIPv4 and looksLikeIPv6 catch what is plainly no address; the server decides. */
export function looksLikeIPv4(value: string): boolean {
  const parts = value.trim().split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}

export function looksLikeIPv6(value: string): boolean {
  const text = value.trim()
  if (!/^[0-9a-f:.]+$/i.test(text) || !text.includes(':')) return false
  try {
    new URL(`http://[${text}]/`)
    return true
  } catch {
    return false
  }
}

/** looksLikeLocalPart is a first look at what stands before the @; the server decides. */
export function looksLikeLocalPart(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?$/i.test(text) && !text.includes('..')
}

/** splitAddress lets people paste a whole address into the first field. */
export function splitAddress(typed: string): { local: string; domain: string | null } {
  const [local = '', domain] = typed.trim().toLowerCase().split('@', 2)
  return { local, domain: domain || null }
}

const megabyte = 1024 * 1024
const gigabyte = 1024 * megabyte

/** quotas are the sizes a mailbox is offered in. */
export const quotas = [250 * megabyte, 500 * megabyte, gigabyte, 2 * gigabyte, 5 * gigabyte, 10 * gigabyte]

import { expect, type Page, type Request } from '@playwright/test'

/** What each page waits for, and since when it waits for nothing. A stream is not waited for. */
const traffic = new WeakMap<Page, { open: Set<Request>; since: number }>()

/** listen follows the requests of a page from its beginning. */
export function listen(page: Page): void {
  const of = { open: new Set<Request>(), since: Date.now() }
  traffic.set(page, of)
  const done = (request: Request) => {
    of.open.delete(request)
    of.since = Date.now()
  }
  page.on('request', (request) => request.resourceType() !== 'eventsource' && of.open.add(request))
  page.on('requestfinished', done)
  page.on('requestfailed', done)
}

/** quietly is how long nothing is asked for when a page has all that it shows: one answer leads to the next at once. */
const quietly = 100

/** quiet waits until a page has been given everything that it asked for. */
export async function quiet(page: Page): Promise<void> {
  const of = traffic.get(page)
  if (!of) throw new Error('nobody listens to this page')
  await expect
    .poll(() => of.open.size === 0 && Date.now() - of.since >= quietly, {
      intervals: [quietly / 2],
      timeout: 30_000,
    })
    .toBe(true)
}

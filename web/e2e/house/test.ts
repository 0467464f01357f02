import { type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test'
import { Api } from './api'
import { Guard } from './guard'
import { House, type Settings } from './house'
import type { Storage } from './storage'

export type { Settings, Storage }
export { expect }

export interface Looks extends BrowserContextOptions {
  /** The scripts of the panel do not arrive, as behind a broken proxy. */
  withoutScripts?: boolean
  /** Signed in just now: who changes how somebody signs in is asked for the password else. */
  fresh?: boolean
}

interface Fixtures {
  /** Whatever visits a test leaves behind are ended, and no sign-in is that others go on with. */
  tidy: undefined
  guard: Guard
  /** api speaks for somebody; the sign-in is made once for all tests of a worker. */
  api: (name: string) => Promise<Api>
  /** browser windows: of somebody who is signed in, or of nobody yet. */
  as: (name: string | null, looks?: Looks) => Promise<Page>
}

interface WorkerFixtures {
  storage: Storage
  settings: Settings
  house: House
  signedIn: Map<string, Promise<Api>>
}

/** test has an Innkeeper of its own for each worker, and people who are signed in to it. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  storage: ['sqlite', { option: true, scope: 'worker' }],
  settings: [{}, { option: true, scope: 'worker' }],

  house: [
    async ({ storage, settings }, use) => {
      const house = await House.open(storage, settings)
      await use(house)
      await house.close()
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  signedIn: [
    // biome-ignore lint/correctness/noEmptyPattern: a fixture names what it needs, and this one needs nothing
    async ({}, use) => {
      const signedIn = new Map<string, Promise<Api>>()
      await use(signedIn)
      for (const each of signedIn.values()) await (await each).close()
    },
    { scope: 'worker' },
  ],

  tidy: [
    async ({ api, signedIn }, use) => {
      const since = new Date()
      await use(undefined)
      const ada = await api('Ada Winter')
      await ada.leaveAll()
      const over = await ada.sessionsEnded(since)
      const kept = await Promise.all([...signedIn].map(async ([name, each]) => ({ name, by: await each })))
      const lost = kept.filter(({ by }) => over.has(by.session.session.id)).map(({ name }) => name)
      expect(lost, 'whose sign-in is ended, with which the next tests would go on').toEqual([])
    },
    { auto: true },
  ],

  guard: async ({ house }, use, info) => {
    const guard = new Guard()
    const before = house.log.length
    await use(guard)
    const written = house.log.slice(before)
    const broken = guard.unannounced(written)
    if (info.status !== info.expectedStatus || broken.length > 0)
      await info.attach('innkeeper.log', { body: written })
    guard.settle()
    expect(broken, 'what innkeeper complained of').toEqual([])
  },

  api: async ({ house, signedIn }, use) => {
    await use((name) => {
      const known = signedIn.get(name) ?? Api.signIn(house, name)
      signedIn.set(name, known)
      return known
    })
  },

  as: async ({ browser, house, guard, api }, use) => {
    const opened: { close: () => Promise<void> }[] = []
    await use(async (name, { withoutScripts, fresh, ...looks } = {}) => {
      const who = name === null ? null : await (fresh ? Api.signIn(house, name) : api(name))
      if (who && fresh) opened.push(who)
      const context = await browser.newContext({
        baseURL: house.url,
        storageState: await who?.storage(),
        ...looks,
      })
      opened.push(context)
      await guard.watch(context)
      if (withoutScripts) await context.route(/\/assets\/.*\.js$/, (route) => route.abort())
      return context.newPage()
    })
    for (const each of opened) await each.close()
  },
})

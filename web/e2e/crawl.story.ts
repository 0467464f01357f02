import type { Locator, Page } from '@playwright/test'
import { bannerOf, expectBanner } from './house/panel'
import { routes } from './house/routes'
import { expect, test } from './house/test'

/** Inside an account the banner is everywhere: on every address that the panel knows, over all that opens there. */

const wide = { width: 1440, height: 900 }
const narrow = { width: 390, height: 844 }
const subject = 'Seabright Media'

/** stands checks the banner in both sizes. */
async function stands(page: Page): Promise<void> {
  for (const size of [narrow, wide]) {
    await page.setViewportSize(size)
    await expectBanner(page, subject)
  }
}

/** turnTo goes to an address without loading the page again, as a link does. */
async function turnTo(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => window.history.pushState(null, '', to), address)
  await expect(page.locator('h1').first()).toBeAttached()
  await expect(page.locator('[aria-busy="true"], .mantine-Loader-root, .mantine-Skeleton-root')).toHaveCount(
    0,
  )
}

const opened = (page: Page) => page.locator('[role="dialog"]:visible, [role="menu"]:visible').first()

/** shut closes what lies on top. */
async function shut(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await expect(opened(page)).toHaveCount(0)
}

/** Pressed is a kind of button and the role of what it opened. */
interface Pressed {
  kind: string
  opened: string | null
}

/** press presses the next thing of its kind that was not pressed before, and says what came of it; null: nothing is left. */
async function press(page: Page, among: Locator, known: Set<string>): Promise<Pressed | null> {
  const kind = await among.filter({ visible: true }).evaluateAll(
    (each, before) => {
      for (const marked of document.querySelectorAll('[data-next]')) marked.removeAttribute('data-next')
      for (const one of each) {
        const said = one.ariaLabel ?? one.textContent ?? ''
        const kind = said
          .trim()
          .replace(/^(Actions for|Sort by|Copy) .*/, '$1')
          .replace(/\d+/g, '#')
        if (before.includes(kind)) continue
        one.setAttribute('data-next', '')
        return kind
      }
      return null
    },
    [...known],
  )
  if (kind === null) return null
  known.add(kind)
  await page.locator('[data-next]').click()
  await opened(page)
    .waitFor({ timeout: 400 })
    .catch(() => {})
  const there = (await opened(page).count()) > 0
  return { kind, opened: there ? await opened(page).getAttribute('role') : null }
}

test('the banner stands on every page and error page, and over every dialog and drawer', async ({
  as,
  api,
  guard,
}) => {
  test.setTimeout(600_000) // one walk, a second or so on each page; more where others use the machine too
  guard.expectRefusal(403, /^\/as\//)
  guard.expectRefusal(404, /^\/as\//)
  const ada = await api('Ada Winter')
  const visit = await ada.visit(subject, { mode: 'change' })
  const at = `${visit.base_url}/api/v1`
  const first = async (list: string) =>
    (await ada.get<Record<string, { id: string }[]>>(`${at}/${list}`))[list]?.[0]?.id ?? ''
  const ids: Record<string, string> = {
    accounts: await first('accounts'),
    domains: await first('domains'),
    mailboxes: await first('mailboxes'),
    impersonations: visit.id,
    access: visit.id,
  }
  const page = await as('Ada Winter', { viewport: wide })
  await page.goto(`${visit.base_url}/dashboard`)
  const known = new Set(['Leave and sign in as this customer']) // which leaves
  let dialogs = 0
  for (const route of [...routes(), '/no/such/page']) {
    const path =
      visit.base_url + route.replace(/(\w+)\/\$id/, (_, of: string) => `${of}/${ids[of]}`).replace(/\$$/, '')
    await test.step(route, async () => {
      await turnTo(page, path)
      await stands(page)
      const buttons = page.locator('#root button:enabled')
      for (;;) {
        const button = await press(page, buttons, known)
        if (button === null) break
        if (button.opened) await stands(page)
        if (button.opened === 'menu') dialogs += await walkMenu(page, button.kind, known)
        if (button.opened === 'dialog') dialogs++
        if ((await opened(page).count()) > 0) await shut(page)
        if (new URL(page.url()).pathname !== path) await turnTo(page, path)
      }
    })
  }
  expect(dialogs).toBeGreaterThan(10)
  await page.goto(`${visit.base_url}/assets/none.js`)
  await stands(page)
  await page.goto(`${visit.base_url}/mailboxes`)
  await page.getByRole('button', { name: 'Create a mailbox' }).click()
  await bannerOf(page).getByRole('button', { name: 'Leave account' }).click()
  await expect(page).toHaveURL('/accounts')
})

/** walkMenu opens what the entries of an open menu open, and returns how many did. Its button may have become another one. */
async function walkMenu(page: Page, button: string, known: Set<string>): Promise<number> {
  let dialogs = 0
  for (;;) {
    if ((await opened(page).count()) === 0)
      await page
        .getByRole('button', { name: new RegExp(`^${button}`) })
        .first()
        .click()
    const entry = await press(page, opened(page).getByRole('menuitem', { name: /…$/ }), known)
    if (entry === null) return dialogs
    if (entry.opened !== 'dialog') continue
    dialogs++
    await stands(page)
    await shut(page)
  }
}

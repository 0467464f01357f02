import { expect, type Locator, type Page } from '@playwright/test'
import { quiet } from './traffic'

/** What several stories do in the panel, said once. */

export const bannerOf = (page: Page): Locator => page.getByRole('complementary', { name: 'Support visit' })

/** expectBanner: it is there, it is in view, and nothing lies over it: a click on Leave account would reach it. */
export async function expectBanner(page: Page, subject: string): Promise<void> {
  const banner = bannerOf(page)
  await expect(banner).toContainText(/You \(.+\) are in /)
  await expect(banner).toContainText(subject)
  await expect(banner).toBeInViewport({ ratio: 1 })
  const leave = banner.getByRole('button', { name: 'Leave account' })
  await leave.click({ trial: true })
}

/** settled waits until a page shows what it has to show: nothing is loading, nothing moves. */
export async function settled(page: Page): Promise<void> {
  await quiet(page)
  await expect(page.locator('h1').first()).toBeAttached()
  await expect(page.locator('[aria-busy="true"], .mantine-Loader-root, .mantine-Skeleton-root')).toHaveCount(
    0,
  )
  await page.evaluate(async () => {
    await document.fonts.ready
    const finite = document
      .getAnimations()
      .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
    await Promise.all(finite.map(({ finished }) => finished.catch(() => {})))
  })
}

/** inScheme asks for a colour scheme and waits until the panel, where it is shown, has taken it. */
export async function inScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction(
    (scheme) => (document.documentElement.dataset.mantineColorScheme ?? scheme) === scheme,
    colorScheme,
  )
}

/** openMenu opens the ⋯ of a row. */
export async function openMenu(page: Page, row: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${row}` }).click()
}

/** searchList types into the search field of a list and presses Enter. */
export async function searchList(page: Page, field: string, words: string): Promise<void> {
  await page.getByRole('searchbox', { name: field }).fill(words)
  await page.keyboard.press('Enter')
}

/** signInAs goes from the list of accounts into one, as a person does. */
export async function signInAs(page: Page, name: string, reason: string, change = false): Promise<void> {
  await openMenu(page, name)
  await page.getByRole('menuitem', { name: /^Sign in as this/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason)
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  if (change) await dialog.getByRole('radio', { name: 'Make changes' }).check()
  await dialog.getByRole('button', { name: /^Sign in as this/ }).click()
  await page.waitForURL(/\/as\/imp_[^/]+\/dashboard$/)
}

export async function leave(page: Page): Promise<void> {
  await bannerOf(page).getByRole('button', { name: 'Leave account' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/as/'))
}

/** goTo chooses a page in the sidebar. */
export async function goTo(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click()
}

/** typeOver replaces the whole text of the editor. */
export async function typeOver(page: Page, file: string, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: `Content of ${file}` })
  await editor.click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}

/** cardOf finds the part of a page with that heading. */
export const cardOf = (page: Page, heading: string): Locator =>
  page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: heading, exact: true }) })
    .last()

/** fact finds what stands beside a name in a list of facts. */
export const fact = (scope: Page | Locator, name: string): Locator =>
  scope.locator('dt', { hasText: name }).first().locator('xpath=following-sibling::dd[1]')

import type { Page } from '@playwright/test'
import { byName, giveDevice } from './house/authenticator'
import { bannerOf, cardOf, leave, openMenu, settled } from './house/panel'
import { expect, test } from './house/test'

/** A passkey, from adding it to signing in with it, proving again who is there, and removing it. */

test.use({ settings: { stepUp: '1s' } })

async function withPassword(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('E-mail or user name').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Your account:/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
}

test('a passkey signs in, proves again who is there, and is removed', async ({ as, house, guard }) => {
  guard.expectRefusal(401, /^\/api\/v1\/session$/)
  guard.expectRefusal(403, /^\/api\/v1\/impersonations$/)
  const { login, password } = house.person('Samir Okafor')
  const page = await as(null)
  await giveDevice(page)
  await page.goto(`${byName(house.url)}/sign-in`)
  await withPassword(page, login, password)
  await expect(page).toHaveURL(/\/dashboard$/)
  await page.goto(`${byName(house.url)}/me/security`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
  await dialog.getByLabel('Name').fill('Key ring')
  await dialog.getByRole('button', { name: 'Go on with my device' }).click()
  await expect(dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByRole('table', { name: 'Passkeys' })).toContainText('Key ring')
  await expect(cardOf(page, 'Recovery codes')).toContainText('10 are left')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await dialog.getByRole('button', { name: 'Go on with my device' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('This device has a passkey here already.')
  await dialog.getByRole('button', { name: 'Close' }).click()

  await signOut(page)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page).toHaveURL(/\/dashboard$/)

  await signOut(page)
  await withPassword(page, login, password)
  await page.getByRole('button', { name: 'Use your passkey' }).click()
  await expect(page).toHaveURL(/\/dashboard$/)

  await page.goto(`${byName(house.url)}/accounts?q=kestrel`)
  await settled(page)
  await openMenu(page, 'Kestrel Cycles')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const visit = page.getByRole('dialog', { name: /Kestrel Cycles/ })
  await visit.getByRole('textbox', { name: 'Reason' }).fill('The order form sends no mail')
  await visit.getByRole('radio', { name: 'They asked for it' }).check()
  await visit.getByRole('button', { name: 'Sign in as this user' }).click()
  const again = page.getByRole('dialog', { name: 'Is it still you?' })
  await again.getByRole('button', { name: 'Use your passkey' }).click()
  await expect(bannerOf(page)).toContainText('The order form sends no mail')
  await leave(page)

  await page.goto(`${byName(house.url)}/me/security`)
  await openMenu(page, 'Key ring')
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Old key ring')
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click()
  await openMenu(page, 'Old key ring')
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('table', { name: 'Passkeys' })).toHaveCount(0)
  await expect(cardOf(page, 'Passkeys').getByText('Off', { exact: true })).toBeVisible()
})

test('at an address made of numbers the panel says where passkeys work', async ({ as, house }) => {
  const page = await as('Blue Door Bakery')
  await page.goto('/me/security')
  const card = cardOf(page, 'Passkeys')
  await expect(card).toContainText('Open it there')
  await expect(card.getByRole('link')).toHaveAttribute('href', `${byName(house.url)}/me/security`)
  await expect(card.getByRole('button', { name: 'Add a passkey' })).toHaveAttribute('aria-disabled', 'true')
  const stranger = await as(null)
  await stranger.goto('/sign-in')
  await settled(stranger)
  await expect(stranger.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0)
})

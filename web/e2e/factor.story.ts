import type { Page } from '@playwright/test'
import { setUp } from './house/factor'
import { bannerOf, cardOf, goTo, openMenu } from './house/panel'
import { expect, test } from './house/test'
import { freshCode } from './house/totp'

/** A second factor, from setting it up to the code that is asked for, and the password that is asked for again. */

async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail or user name').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test.use({ settings: { stepUp: '1s' } })

test('an app is set up, its code is asked for, and a recovery code stands for it', async ({
  as,
  house,
  guard,
}) => {
  guard.expectRefusal(401, /^\/api\/v1\/session$/)
  guard.expectRefusal(422, /confirm$/)
  const { login, password } = house.person('Blue Door Bakery')
  const page = await as(null)
  await signIn(page, login, password)
  await expect(page).toHaveURL('/dashboard')
  await goTo(page, 'Sign-in security')
  await page.getByRole('button', { name: 'Set up an app' }).click()
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await page.getByRole('button', { name: 'Turn it on' }).click()
  await expect(page.getByText('This code is not right')).toBeVisible()
  await page.reload()
  const { secret, codes } = await setUp(page)
  await expect(cardOf(page, 'Authenticator app').getByText('On', { exact: true })).toBeVisible()
  await expect(cardOf(page, 'Recovery codes')).toContainText('10 are left')

  const other = await as(null)
  await signIn(other, login, password)
  await other.getByLabel('Code', { exact: true }).fill('000000')
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other.getByRole('alert')).toContainText('not right')
  await other.getByLabel('Code', { exact: true }).fill(freshCode(secret))
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other).toHaveURL('/dashboard')

  const third = await as(null)
  await signIn(third, login, password)
  await third.getByRole('button', { name: 'Use a recovery code instead' }).click()
  await third.getByLabel('Recovery code').fill(codes[0] as string)
  await third.getByRole('button', { name: 'Sign in' }).click()
  await expect(third).toHaveURL('/dashboard')
  await third.goto('/me/security')
  await expect(cardOf(third, 'Recovery codes')).toContainText('9 are left')
  await third.getByRole('button', { name: 'Remove the app' }).click()
  await third.getByRole('dialog').getByRole('button', { name: 'Remove the app' }).click()
  await expect(third.getByRole('button', { name: 'Set up an app' })).toBeVisible()
})

test('the password is asked for before a visit, and what was typed goes on', async ({ as, house, guard }) => {
  guard.expectRefusal(403, /^\/api\/v1\/(impersonations|files\/folder)$/)
  guard.expectRefusal(422, /^\/api\/v1\/session\/step-up$/)
  guard.expectRefusal(401, /^\/api\/v1\//) // the tab beside may ask with the cookie of before
  const { login, password } = house.person('Samir Okafor')
  const page = await as(null)
  await signIn(page, login, password)
  const beside = await page.context().newPage()
  await beside.goto('/accounts?q=kestrel')
  await page.goto('/accounts?q=kestrel')
  await openMenu(page, 'Kestrel Cycles')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const dialog = page.getByRole('dialog', { name: /Kestrel Cycles/ })
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The order form sends no mail')
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  const again = page.getByRole('dialog', { name: 'Is it still you?' })
  await again.getByLabel('Your password').fill('not the password')
  await again.getByRole('button', { name: 'Go on' }).click()
  await expect(again.getByRole('alert')).toHaveText('This is not your password.')
  await again.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue('The order form sends no mail')
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await again.getByLabel('Your password').fill(password)
  await again.getByRole('button', { name: 'Go on' }).click()
  await expect(page).toHaveURL(/\/as\/imp_[\w-]+\/dashboard$/)
  await expect(bannerOf(page)).toContainText('The order form sends no mail')

  // A tab that knew the session before goes on with the one of now.
  await openMenu(beside, 'Kestrel Cycles')
  await beside.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const other = beside.getByRole('dialog', { name: /Kestrel Cycles/ })
  await other.getByRole('textbox', { name: 'Reason' }).fill('The order form sends no mail')
  await other.getByRole('radio', { name: 'They asked for it' }).check()
  guard.expectRefusal(409, /^\/api\/v1\/impersonations$/)
  await other.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(other.getByRole('link', { name: 'Open the running visit' })).toBeVisible()
  await bannerOf(page).getByRole('button', { name: 'Leave account' }).click()
  await expect(page).toHaveURL(/\/accounts/)
})

import type { Page } from '@playwright/test'
import { goTo } from './house/panel'
import { expect, test } from './house/test'

async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('E-mail or user name').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('a wrong password is answered with a message, and the right one lets in', async ({
  as,
  house,
  guard,
}) => {
  guard.expectRefusal(401, /^\/api\/v1\/session$/)
  const { login, password } = house.person('Ada Winter')
  const page = await as(null)
  await page.goto('/sign-in')
  await signIn(page, login, 'not the password')
  await expect(page.getByRole('alert')).toHaveText(/password/i)
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
  await signIn(page, login, password)
  await expect(page).toHaveURL('/dashboard')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Ada')
})

test('an unknown person is answered like a wrong password', async ({ as, house, guard }) => {
  guard.expectRefusal(401, /^\/api\/v1\/session$/)
  const page = await as(null)
  await page.goto('/sign-in')
  await signIn(page, house.person('Violet Hour Theatre').login, 'not the password')
  const said = await page.getByRole('alert').textContent()
  await page.reload()
  await signIn(page, 'nobody@harbour.example', 'not the password')
  await expect(page.getByRole('alert')).toHaveText(said ?? '')
})

test('the empty form says that both are needed', async ({ as }) => {
  const page = await as(null)
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toHaveText('Enter both, please.')
})

test('who asks for a page is led there after signing in', async ({ as, house, guard }) => {
  guard.expectRefusal(401, /^\/api\/v1\/session$/)
  const { login, password } = house.person('Samir Okafor')
  const page = await as(null)
  await page.goto('/accounts?q=kestrel')
  await expect(page).toHaveURL(/^[^?]*\/sign-in\?/)
  await signIn(page, login, password)
  await expect(page).toHaveURL('/accounts?q=kestrel')
  await expect(page.getByRole('link', { name: 'Kestrel Cycles' })).toBeVisible()
})

test('signing out ends the session, and Back shows nothing of it', async ({ as, house, guard }) => {
  guard.expectRefusal(401, /^\/api\/v1\//)
  const { login, password } = house.person('Copper Kettle Café')
  const page = await as(null)
  await page.goto('/sign-in')
  await signIn(page, login, password)
  await goTo(page, 'Mailboxes')
  await expect(page.getByText('table@copperkettle.example')).toBeVisible()
  await page.getByRole('button', { name: /^Your account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL('/sign-in')
  await page.goBack()
  await expect(page).toHaveURL(/\/sign-in\?/)
  await expect(page.locator('body')).not.toContainText('copperkettle.example')
})

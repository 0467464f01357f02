import { request } from '@playwright/test'
import { Api } from './house/api'
import { bannerOf, goTo, openMenu } from './house/panel'
import { expect, test } from './house/test'

/** API tokens, from the page where one is made to the moment it opens nothing more; and the links that a billing system makes. */

test('a token is made, used by a program, given a new secret, and revoked', async ({ as, house }) => {
  const page = await as('Blue Door Bakery', { fresh: true })
  await page.goto('/dashboard')
  await goTo(page, 'API tokens')
  await expect(page.getByText('No tokens', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'Make a token' }).click()
  const form = page.getByRole('dialog', { name: 'Make an API token' })
  await form.getByLabel('What it is for').fill('Night job')
  await expect(form.getByRole('checkbox', { name: 'Sign in as other users' })).toHaveCount(0)
  await form.getByRole('checkbox', { name: 'See domains and DNS records' }).check()
  await form.getByRole('button', { name: 'Make the token' }).click()

  const shown = page.getByRole('dialog', { name: 'The secret of “Night job”' })
  const secret = (await shown.getByRole('group', { name: 'Secret' }).textContent()) ?? ''
  expect(secret).toMatch(/^ink_[0-9A-Za-z]{38}$/)
  await page.keyboard.press('Escape')
  await expect(shown).toBeVisible()
  await shown.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByText(secret)).toHaveCount(0)
  await expect(page.getByText(`ink_…${secret.slice(-4)}`)).toBeVisible()

  const program = await request.newContext({
    baseURL: house.url,
    extraHTTPHeaders: { Authorization: `Bearer ${secret}` },
  })
  expect((await program.get('/api/v1/domains')).status()).toBe(200)
  expect((await program.get('/api/v1/files?path=/')).status()).toBe(403)
  await page.reload()
  await expect(page.getByText('127.0.0.1')).toBeVisible()

  await openMenu(page, 'Night job')
  await page.getByRole('menuitem', { name: 'New secret…' }).click()
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  await expect(shown.getByRole('group', { name: 'Secret' })).not.toHaveText(secret)
  await shown.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByText('The secret before works until')).toBeVisible()
  expect((await program.get('/api/v1/domains')).status()).toBe(200)

  await openMenu(page, 'Night job')
  await page.getByRole('menuitem', { name: 'Revoke…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke the token' }).click()
  await expect(page.getByText('Revoked', { exact: true })).toBeVisible()
  expect((await program.get('/api/v1/domains')).status()).toBe(401)

  await openMenu(page, 'Night job')
  await page.getByRole('menuitem', { name: 'What it did' }).click()
  await expect(page.getByText('With one API token')).toBeVisible()
  await expect(page.getByText(/^Refused: .+API token “Night job”/)).toHaveCount(1)
  await page.getByRole('button', { name: 'Remove the filter “With one API token”' }).click()
  await expect(page.getByText('With one API token')).toHaveCount(0)
  await page.getByRole('button', { name: /unread notification/ }).click()
  await expect(page.getByText('The API token “Night job” was revoked.')).toBeVisible()
})

test('a billing system leads an agent in, in his own name', async ({ as, house, guard }) => {
  guard.expectRefusal(401, /^\/api\/v1\/session$/) // before the sign-in
  const samir = house.person('Samir Okafor')
  const bakery = house.person('Blue Door Bakery')
  const api = await Api.signIn(house, 'Ada Winter')
  const link = await api.post<{ url: string }>(`/api/v1/accounts/${bakery.account_id}/sso`, {
    actor: { kind: 'staff', email: samir.login },
    reason: 'The customer cannot see his files',
    ticket: '4711',
    path: '/domains',
  })
  const there = new URL(link.url)
  const page = await as(null)
  await page.goto(`${there.pathname}${there.search}`)
  await page.getByLabel('E-mail or user name').fill(samir.login)
  await page.getByLabel('Password', { exact: true }).fill(samir.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in as Blue Door Bakery' })).toBeVisible()
  await expect(page.getByText('The customer cannot see his files')).toBeVisible()
  await page.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(page.getByText('Say whether the customer knows.')).toBeVisible()
  await page.getByRole('radio', { name: 'They asked for it' }).check()
  await page.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(page).toHaveURL(/\/as\/imp_[\w-]+\/domains$/)
  await expect(bannerOf(page)).toContainText('You (Samir Okafor) are in Blue Door Bakery')
})

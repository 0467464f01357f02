import { request } from '@playwright/test'
import { goTo, openMenu } from './house/panel'
import { expect, test } from './house/test'

/** An API token, from the page where it is made to the moment it opens nothing more. */

test.use({ settings: { stepUp: '60m' } })

test('a token is made, used by a program, given a new secret, and revoked', async ({ as, house }) => {
  const page = await as('Blue Door Bakery')
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
  await page.getByRole('button', { name: /unread notification/ }).click()
  await expect(page.getByText('The API token “Night job” was revoked.')).toBeVisible()
})

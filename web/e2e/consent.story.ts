import { expectBanner, openMenu } from './house/panel'
import { expect, test } from './house/test'

/** Who may come in: the owner is asked, or has locked the door. */

test('the owner is asked first, agrees in the panel, and the visitor starts', async ({ as, api }) => {
  const owner = await as('Kestrel Cycles')
  await owner.goto('/me/access')
  await owner.getByRole('radio', { name: 'Ask me first' }).click()
  await expect(owner.getByText('Your decision is in force.')).toBeVisible()

  const page = await as('Ada Winter')
  await page.goto('/accounts?q=kestrel')
  await openMenu(page, 'Kestrel Cycles')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The shop shows no bicycles since noon')
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(dialog.getByText('Waiting for approval')).toBeVisible()
  await expect(dialog.getByRole('textbox', { name: 'Code' })).toBeVisible()
  const ada = await api('Ada Winter')
  const running = await ada.get<{ impersonations: unknown[] }>('/api/v1/impersonations?state=active')
  expect(running.impersonations).toEqual([])

  await page.goto('/dashboard') // the page may be left
  await expect(page.getByText('Waiting for the approval of Kestrel Cycles')).toBeVisible()
  await expect(owner.getByText('The shop shows no bicycles since noon')).toBeVisible()
  await owner.getByRole('button', { name: 'Let in', exact: true }).click()

  await expect(page.getByText('You may come in to the account of Kestrel Cycles')).toBeVisible()
  await page.getByRole('button', { name: 'Look at the request' }).click()
  await page.getByRole('button', { name: 'Start the visit' }).click()
  await expect(page).toHaveURL(/\/as\/imp_[\w-]+\/dashboard$/)
  await expectBanner(page, 'Kestrel Cycles')
  await (await api('Kestrel Cycles')).send('PUT', '/api/v1/me/access-policy', { policy: 'open' })
})

test('a locked account refuses, and offers an administrator the way of two', async ({ as, api, guard }) => {
  const owner = await as('Rowan Carpentry')
  await owner.goto('/me/access')
  await owner.getByRole('radio', { name: 'Nobody may enter' }).click()
  await owner.getByRole('dialog').getByRole('button', { name: 'Lock the account' }).click()
  await expect(owner.getByText('Your decision is in force.')).toBeVisible()

  guard.expectRefusal(403, /^\/api\/v1\/impersonations$/)
  const page = await as('Ada Winter')
  await page.goto('/accounts?q=rowan')
  await openMenu(page, 'Rowan Carpentry')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The site sends spam to half the world')
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(dialog.getByText('Nobody may enter this account')).toBeVisible()
  await expect(dialog.getByText('Choose “Incident” or “Abuse report” above to do this.')).toBeVisible()
  await dialog.getByRole('combobox', { name: 'What is it about?' }).click()
  await page.getByRole('option', { name: 'Incident' }).click()
  await dialog.getByRole('button', { name: 'Ask a second administrator' }).click()
  await expect(dialog.getByText('Another administrator has to agree')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Start the visit' })).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Take the request back' }).click()
  await expect(dialog).toHaveCount(0)
  await (await api('Rowan Carpentry')).send('PUT', '/api/v1/me/access-policy', { policy: 'open' })
})

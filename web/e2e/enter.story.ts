import { Api } from './house/api'
import { bannerOf, expectBanner, openMenu, searchList } from './house/panel'
import { expect, test } from './house/test'

/** Finding an account, and the question why. */

test('accounts are found by name, by e-mail and by domain', async ({ as }) => {
  const page = await as('Ada Winter')
  await page.goto('/accounts')
  for (const words of ['kestrel cyc', 'tom@kestrel.example', 'kestrel.example']) {
    await searchList(page, 'Search accounts', words)
    await expect(page).toHaveURL(`/accounts?q=${new URLSearchParams({ '': words }).toString().slice(1)}`)
    await expect(page.getByRole('link', { name: 'Kestrel Cycles' })).toBeVisible()
    await expect(page.getByRole('button', { name: /^Actions for/ })).toHaveCount(1)
  }
})

test('a search that finds nothing says so and leads back to all accounts', async ({ as }) => {
  const page = await as('Ada Winter')
  await page.goto('/accounts?q=nobody%20at%20all')
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).last().click()
  await expect(page).toHaveURL('/accounts')
  await expect(page.getByRole('link', { name: 'Kestrel Cycles' })).toBeVisible()
})

test('the empty form says what is missing and starts nothing', async ({ as, api }) => {
  const page = await as('Ada Winter')
  await page.goto('/accounts?q=kestrel')
  await openMenu(page, 'Kestrel Cycles')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign in as this user: Kestrel Cycles' })
  await expect(dialog).toContainText('Everything you do there is real and takes effect at once.')
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog.getByText('Say whether the customer knows.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('too short')
  await dialog.getByRole('radio', { name: 'They were told and agree' }).check()
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveAttribute('aria-invalid', 'true')
  const ada = await api('Ada Winter')
  const running = await ada.get<{ impersonations: unknown[] }>('/api/v1/impersonations?state=active')
  expect(running.impersonations).toEqual([])
})

test('a confirmed reason leads to the dashboard of the customer, under the banner', async ({ as }) => {
  const reason = 'Your certificate expires tomorrow; I look why'
  const page = await as('Ada Winter')
  await page.goto('/accounts?q=kestrel')
  await openMenu(page, 'Kestrel Cycles')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason)
  await dialog.getByRole('textbox', { name: 'Ticket' }).fill('HD-4711')
  await dialog.getByRole('radio', { name: 'They were told and agree' }).check()
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(page).toHaveURL(/\/as\/imp_[\w-]+\/dashboard$/)
  await expectBanner(page, 'Kestrel Cycles')
  await expect(bannerOf(page)).toContainText('You (Ada Winter) are in Kestrel Cycles')
  await expect(bannerOf(page)).toContainText('View only')
  await expect(bannerOf(page)).toContainText(reason)
  await expect(bannerOf(page)).toContainText('60 min left')
})

test('somebody who is in the account already is led into the running visit', async ({ as, api, guard }) => {
  const running = await (await api('Ada Winter')).visit('Kestrel Cycles')
  guard.expectRefusal(409, /^\/api\/v1\/impersonations$/)
  const page = await as('Ada Winter')
  const { account_id } = (await api('Kestrel Cycles')).session.principal
  await page.goto(`/accounts/${account_id}/details?sign_in=1&reason=${encodeURIComponent(running.reason)}`)
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue(running.reason)
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await dialog.getByRole('link', { name: 'Open the running visit' }).click()
  await expect(page).toHaveURL(`${running.base_url}/dashboard`)
  await expectBanner(page, 'Kestrel Cycles')
})

test('who is in the account by another sign-in reads so, and ends that visit by beginning anew', async ({
  as,
  api,
  house,
  guard,
}) => {
  const elsewhere = await (await Api.signIn(house, 'Ada Winter')).visit('Kestrel Cycles')
  guard.expectRefusal(409, /^\/api\/v1\/impersonations$/)
  const page = await as('Ada Winter')
  const { account_id } = (await api('Kestrel Cycles')).session.principal
  await page.goto(`/accounts/${account_id}/details?sign_in=1&reason=${encodeURIComponent(elsewhere.reason)}`)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  const refused = dialog.getByRole('alert', { name: 'You are in this account already, by another sign-in.' })
  await expect(refused).toBeVisible()
  await expect(refused.getByRole('link', { name: 'Open the running visit' })).toHaveCount(0)
  await expect(refused.getByRole('link', { name: 'Support visits' })).toHaveAttribute(
    'href',
    '/impersonations/live',
  )
  await refused.getByRole('button', { name: 'End it and start anew' }).click()
  await expect(page).toHaveURL(/\/as\/imp_[\w-]+\/dashboard$/)
  expect(page.url()).not.toContain(elsewhere.base_url)
  await expectBanner(page, 'Kestrel Cycles')
})

test('a reseller is entered under his own label and with a confirmation of its own', async ({ as }) => {
  const page = await as('Ada Winter')
  await page.goto('/accounts?q=seabright&kind=reseller')
  await openMenu(page, 'Seabright Media')
  await page.getByRole('menuitem', { name: 'Sign in as this reseller' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign in as this reseller: Seabright Media' })
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Your customers are not listed')
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  const go = dialog.getByRole('button', { name: 'Sign in as this reseller' })
  await go.click()
  await expect(dialog).toBeVisible()
  await dialog.getByRole('checkbox', { name: /can reach every customer/ }).check()
  await go.click()
  await expect(page).toHaveURL(/\/as\/imp_[\w-]+\/dashboard$/)
  await expectBanner(page, 'Seabright Media')
})

test('from inside a reseller one of his customers is entered by leaving first', async ({ as, api }) => {
  const visit = await (await api('Ada Winter')).visit('Seabright Media')
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/accounts`)
  await openMenu(page, 'Tidewater Yoga')
  await page.getByRole('menuitem', { name: 'Leave and sign in as this customer' }).click()
  await expect(page.getByRole('dialog', { name: 'Sign in as this user: Tidewater Yoga' })).toBeVisible()
  await expect(page).toHaveURL(/^http:\/\/[^/]+\/accounts\/acc_[\w-]+\/details$/) // what asked for the dialog is used up
})

import type { Page } from '@playwright/test'
import { fact, goTo } from './house/panel'
import { expect, test } from './house/test'

/** The activity log of the admin. */

const reason = 'The parents cannot read the timetable'

const choose = (page: Page, event: string) =>
  page.getByRole('combobox', { name: 'Event' }).selectOption({ label: event })

test('start, stop and every action of a visit name both people', async ({ as, api, house }) => {
  const ada = await api('Ada Winter')
  const visit = await ada.visit('Paper Lantern Press', { mode: 'change', reason })
  await ada.post(`${visit.base_url}/api/v1/mailboxes`, { address: 'ink@paperlantern.example' })
  await ada.leave(visit)
  const account = house.person('Paper Lantern Press').account_id

  const page = await as('Ada Winter')
  await page.goto(`/accounts/${account}/activity`)
  await expect(page.getByText('Ada Winter created the mailbox ink@paperlantern.example.')).toBeVisible()
  await page.goto(`/activity?impersonation_id=${visit.id}`)
  const rows = page.getByRole('row').filter({ hasText: 'Ada Winter' })
  await expect(rows).toHaveCount(3)
  for (const row of await rows.all()) await expect(row).toContainText('as Paper Lantern Press')
})

test('the log is filtered for Sign in as user and Sign out as user', async ({ as, api }) => {
  const ada = await api('Ada Winter')
  await ada.leave(await ada.visit('Paper Lantern Press', { reason }))
  const page = await as('Ada Winter')
  await page.goto('/dashboard')
  await goTo(page, 'Activity log')
  await choose(page, 'Sign in as user')
  await expect(page).toHaveURL('/activity?event=impersonation.start')
  const start = page.getByRole('row').filter({ hasText: reason }).first()
  await expect(start).toContainText(/Ada Winter signed in as Paper Lantern Press/)
  await start.click()
  await expect(fact(page, 'Who')).toHaveText('Ada Winter')
  await expect(fact(page, 'Acting as')).toHaveText('Paper Lantern Press')
  await expect(fact(page, 'Reason')).toHaveText(reason)
  await choose(page, 'Sign out as user')
  await expect(page).toHaveURL('/activity?event=impersonation.stop')
  const stop = page.getByRole('row').filter({ hasText: 'Paper Lantern Press' }).first()
  await expect(stop).toContainText('Ada Winter')
  await stop.click()
  await expect(page.getByRole('main')).toContainText(/Duration seconds/i)
  await expect(page.getByRole('main')).toContainText('stopped')
})

test('a refused start stands in the log', async ({ as, api, house }) => {
  const reseller = await api('Seabright Media')
  await reseller.send('POST', '/api/v1/impersonations', {
    account_id: house.person('Rowan Carpentry').account_id,
    reason_code: 'other',
    reason: 'Not one of mine, I know',
    mode: 'look',
    informed: 'asked',
  })
  const page = await as('Ada Winter')
  await page.goto('/activity?event=impersonation.denied')
  const row = page.getByRole('row').filter({ hasText: 'Seabright Media' }).first()
  await expect(row).toContainText('Refused')
})

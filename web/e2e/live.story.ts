import type { Page } from '@playwright/test'
import { bannerOf } from './house/panel'
import { expect, test } from './house/test'

/** What is seen without asking again: nobody reloads a page in these stories. */

const soon = { timeout: 3_000 }

/** streaming waits until the tab follows what happens, so that nothing shown afterwards was asked for. */
async function streaming(page: Page, path: string): Promise<void> {
  const opened = page.waitForResponse(
    (answer) =>
      new URL(answer.url()).pathname.endsWith('/events') && answer.request().resourceType() === 'eventsource',
  )
  await page.goto(path)
  expect((await opened).status()).toBe(200)
}

test('the page of running visits shows one as it begins, what is done in it, and its end', async ({
  as,
  api,
}) => {
  const ada = await as('Ada Winter')
  await streaming(ada, '/impersonations/live')
  await expect(ada.getByText('Nobody is in a customer’s account')).toBeVisible()
  const samir = await api('Samir Okafor')
  const visit = await samir.visit('Tidewater Yoga', { mode: 'change' })
  const row = ada.getByRole('row', { name: /Samir Okafor/ })
  await expect(row).toContainText('Tidewater Yoga', soon)
  await expect(row).toContainText('active')
  await samir.post(`${visit.base_url}/api/v1/mailboxes`, { address: 'mats@tidewater.example' })
  await expect(row).toContainText('Last: Samir Okafor created the mailbox mats@tidewater.example.', soon)
  await samir.leave(visit)
  await expect(row).toHaveCount(0, soon)
  await expect(ada.getByText('Nobody is in a customer’s account')).toBeVisible()
})

test('an admin ends a visit from the page of running visits', async ({ as, api, guard }) => {
  guard.expectRefusal(410, /^\/as\//)
  const visit = await (await api('Samir Okafor')).visit('Meadow School')
  const samir = await as('Samir Okafor')
  await streaming(samir, `${visit.base_url}/dashboard`)
  await expect(bannerOf(samir)).toBeVisible()
  const ada = await as('Ada Winter')
  await streaming(ada, '/impersonations/live')
  await ada
    .getByRole('row', { name: /Meadow School/ })
    .getByRole('button', { name: 'End now' })
    .click()
  const sure = ada.getByRole('dialog', { name: 'End this visit now?' })
  await expect(sure).toContainText('Samir Okafor')
  await sure.getByRole('button', { name: 'End now' }).click()
  await expect(samir.getByRole('dialog', { name: 'This visit is over' })).toContainText(
    /administrator/i,
    soon,
  )
})

test('the strip comes while the customer looks on, End now ends it, and the actor’s tab says so', async ({
  as,
  api,
  guard,
}) => {
  guard.expectRefusal(410, /^\/as\//)
  const owner = await as('Kestrel Cycles')
  await streaming(owner, '/domains')
  const strip = owner.getByText(/^Samir Okafor is in your account since \d\d:\d\d$/)
  await expect(strip).toHaveCount(0)
  const bell = owner.getByRole('button', { name: /unread notification|^No notifications/ })
  const before = (await bell.getAttribute('aria-label')) ?? ''
  const visit = await (await api('Samir Okafor')).visit('Kestrel Cycles', { mode: 'change' })
  await expect(strip).toBeVisible(soon)
  await expect(bell).not.toHaveAttribute('aria-label', before, soon)
  await expect(bell).toHaveAttribute('aria-label', /\d+ unread/)

  const samir = await as('Samir Okafor')
  await streaming(samir, `${visit.base_url}/mailboxes`)
  await owner.getByRole('button', { name: 'End now' }).click()
  const sure = owner.getByRole('dialog', { name: 'End this visit now?' })
  await expect(sure).toContainText('If something is being saved at this very moment')
  await sure.getByRole('button', { name: 'End now' }).click()
  await expect(samir.getByRole('dialog', { name: 'This visit is over' })).toContainText(
    /ended by the customer/,
    soon,
  )
  await expect(strip).toHaveCount(0)
})

test('a tab that cannot be seen follows nothing, and catches up when it is seen again', async ({
  as,
  api,
}) => {
  const ada = await as('Ada Winter')
  await streaming(ada, '/impersonations/live')
  const streams: string[] = []
  ada.on('request', (request) => request.resourceType() === 'eventsource' && streams.push(request.url()))
  const see = (state: string) =>
    ada.evaluate((now) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now })
      document.dispatchEvent(new Event('visibilitychange'))
    }, state)
  await see('hidden')
  await (await api('Samir Okafor')).visit('Rowan Carpentry')
  const row = ada.getByRole('row', { name: /Rowan Carpentry/ })
  await ada.waitForTimeout(1_500)
  expect(streams).toEqual([])
  await expect(row).toHaveCount(0)
  await see('visible')
  await expect(row).toBeVisible(soon)
  expect(streams).toHaveLength(1)
})

test('a role made here lets a person sign in as a customer, and taken away it ends the visit', async ({
  as,
  api,
  guard,
}) => {
  guard.expectRefusal(410, /^\/as\//)
  guard.expectRefusal(403, /^\/api\//)
  const ada = await as('Ada Winter')
  await ada.goto('/roles')
  await ada.getByRole('button', { name: 'Make a role' }).click()
  const make = ada.getByRole('dialog', { name: 'Make a role' })
  await make.getByRole('textbox', { name: 'Title' }).fill('Night shift')
  await make.getByRole('textbox', { name: 'Name' }).fill('night_shift')
  await make.getByRole('radio', { name: 'View only' }).check()
  await make.getByRole('checkbox', { name: 'See domains' }).check()
  await make.getByRole('button', { name: 'Make the role' }).click()
  await expect(ada.getByRole('columnheader', { name: /Night shift/ })).toBeVisible()
  const give = async (role: string) => {
    await expect(ada.getByRole('alert')).toHaveCount(0) // what was said in passing lies over the list
    await ada.getByRole('combobox', { name: 'Role of Samir Okafor' }).click()
    await ada.getByRole('option', { name: role, exact: true }).click()
    await ada.getByRole('dialog').getByRole('button', { name: 'Give the role' }).click()
    await expect(ada.getByRole('combobox', { name: 'Role of Samir Okafor' })).toHaveValue(role)
  }
  await give('Night shift')

  const visit = await (await api('Samir Okafor')).visit('Violet Hour Theatre')
  const samir = await as('Samir Okafor')
  await streaming(samir, `${visit.base_url}/domains`)
  await expect(samir.getByRole('link', { name: 'violethour.example' })).toBeVisible()
  await give('Reporting')
  await expect(samir.getByRole('dialog', { name: 'This visit is over' })).toBeVisible(soon)
  await give('Support')
})

import type { Page, Request } from '@playwright/test'
import { expectBanner, goTo, leave, settled } from './house/panel'
import { expect, test } from './house/test'

/** Several tabs of one browser: each is who its address says. */

const apiPath = (request: Request) => {
  const { pathname } = new URL(request.url())
  return pathname.includes('/api/v1/') ? pathname : null
}

/** asks gathers the addresses of the API that a tab asks. */
function asks(page: Page): string[] {
  const paths: string[] = []
  page.on('request', (request) => {
    const path = apiPath(request)
    if (path) paths.push(path)
  })
  return paths
}

test('the actor and two visits stand side by side and never mix', async ({ as, api }) => {
  const ada = await api('Ada Winter')
  const kestrel = await ada.visit('Kestrel Cycles', { mode: 'change' })
  const yoga = await ada.visit('Tidewater Yoga', { mode: 'change' })
  const own = await as('Ada Winter')
  const first = await own.context().newPage()
  const second = await own.context().newPage()
  const asked = { own: asks(own), first: asks(first), second: asks(second) }
  await own.goto('/accounts')
  await first.goto(`${kestrel.base_url}/domains`)
  await second.goto(`${yoga.base_url}/domains`)

  for (const round of [1, 2]) {
    await expect(first.getByRole('link', { name: 'kestrel.example' }), `round ${round}`).toBeVisible()
    await expect(second.getByRole('link', { name: 'tidewater.example' })).toBeVisible()
    await expect(own.getByRole('link', { name: 'Meadow School' })).toBeVisible()
    await expect(first.getByText('tidewater.example')).toHaveCount(0)
    await expect(second.getByText('kestrel.example')).toHaveCount(0)
    await expectBanner(first, 'Kestrel Cycles')
    await expectBanner(second, 'Tidewater Yoga')
    await expect(own.getByRole('complementary', { name: 'Support visit' })).toHaveCount(0)
    await Promise.all([own.reload(), first.reload(), second.reload()])
    await Promise.all([own, first, second].map(settled))
  }

  await goTo(second, 'Mailboxes')
  await second.getByRole('button', { name: 'Create a mailbox' }).click()
  const dialog = second.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Address' }).fill('tilda')
  await dialog.getByRole('button', { name: 'Create mailbox' }).click()
  await expect(second.getByRole('row', { name: /tilda@tidewater\.example/ })).toBeVisible()
  await goTo(first, 'Mailboxes')
  await expect(first.getByRole('row', { name: /^shop@kestrel\.example/ })).toBeVisible()
  await expect(first.getByText('tilda@')).toHaveCount(0)

  expect(asked.own.filter((path) => path.startsWith('/as/'))).toEqual([])
  expect(asked.first.filter((path) => !path.startsWith(`${kestrel.base_url}/api/`))).toEqual([])
  expect(asked.second.filter((path) => !path.startsWith(`${yoga.base_url}/api/`))).toEqual([])
})

test('leaving in one tab leaves the other visit and the own session as they were', async ({ as, api }) => {
  const ada = await api('Ada Winter')
  const kestrel = await ada.visit('Kestrel Cycles')
  const yoga = await ada.visit('Tidewater Yoga')
  const own = await as('Ada Winter')
  const first = await own.context().newPage()
  const second = await own.context().newPage()
  await own.goto('/activity')
  await first.goto(`${kestrel.base_url}/dashboard`)
  await second.goto(`${yoga.base_url}/dashboard`)
  await leave(first)
  await expect(first).toHaveURL('/accounts')
  await goTo(second, 'Domains & DNS')
  await expect(second.getByRole('link', { name: 'tidewater.example' })).toBeVisible()
  await expectBanner(second, 'Tidewater Yoga')
  await goTo(own, 'Accounts')
  await expect(own.getByRole('link', { name: 'Meadow School' })).toBeVisible()
})

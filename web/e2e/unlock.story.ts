import type { Visit } from '../src/api/types'
import { openMenu } from './house/panel'
import { expect, test } from './house/test'

/** Reading mail: its owner does, and support where he has opened one mailbox. */

test('the owner reads mail, and nothing of a visit is offered to him', async ({ as }) => {
  const page = await as('Kestrel Cycles')
  await page.goto('/mailboxes')
  await openMenu(page, 'shop@kestrel.example')
  await page.getByRole('menuitem', { name: 'Read mail' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('shop@kestrel.example')
  await page.getByRole('link', { name: /Your mailbox is ready/ }).click()
  await expect(page.getByText(/Your mailbox shop@kestrel\.example is ready\./)).toBeVisible()
  await expect(page.getByText('Closed to staff, not opened')).toHaveCount(0)
})

test('support reads one mailbox while its owner lets it, and it is told', async ({ as, api, guard }) => {
  guard.expectRefusal(403, /\/messages/)
  const owner = await as('Kestrel Cycles')
  await owner.goto('/mailboxes')
  await openMenu(owner, 'repairs@kestrel.example')
  await owner.getByRole('menuitem', { name: 'Let support read this mailbox…' }).click()
  const dialog = owner.getByRole('dialog', { name: 'Let support read repairs@kestrel.example' })
  await dialog.getByRole('radio', { name: '8 hours' }).check()
  await dialog.getByRole('button', { name: 'Let support read it' }).click()
  await expect(owner.getByRole('row', { name: /^repairs@kestrel\.example/ })).toContainText(
    /Support may read until .*\d\d:\d\d/,
  )

  const ada = await api('Ada Winter')
  const visit = await ada.visit('Kestrel Cycles')
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/mailboxes`)
  const shut = page.getByRole('row', { name: /^shop@kestrel\.example/ })
  await expect(shut).toContainText('Closed to staff, not opened')
  await expect(shut.getByRole('link', { name: 'shop@kestrel.example' })).toHaveCount(0)
  await page.getByRole('link', { name: 'repairs@kestrel.example' }).click()
  await page.getByRole('link', { name: /Your mailbox is ready/ }).click()
  await expect(page.getByText(/Your mailbox repairs@kestrel\.example is ready\./)).toBeVisible()

  await owner.goto('/me/access')
  await expect(owner.getByRole('heading', { name: 'One mailbox is open to support' })).toBeVisible()
  await owner.getByRole('button', { name: 'Close repairs@kestrel.example to support' }).click()
  await expect(owner.getByRole('heading', { name: 'One mailbox is open to support' })).toHaveCount(0)

  await page.goBack()
  await page.reload()
  await expect(page.getByText('Closed to staff, not opened').first()).toBeVisible()
  await expect(page.getByText('Your mailbox is ready')).toHaveCount(0)

  const told = await (await api('Kestrel Cycles')).get<{ views: { sentence: string }[] }>(
    `/api/v1/me/access-history/${visit.id}`,
  )
  const views = told.views.map(({ sentence }) => sentence).join('\n')
  expect(views).toMatch(/Ada Winter read a message in the mailbox repairs@kestrel\.example, received/)
  expect(views).not.toContain('shop@')
})

test('a closed mailbox is not even asked for', async ({ as, api }) => {
  const ada = await api('Ada Winter')
  const visit: Visit = await ada.visit('Kestrel Cycles', { mode: 'change' })
  const { mailboxes } = await ada.get<{ mailboxes: { id: string; address: string }[] }>(
    `${visit.base_url}/api/v1/mailboxes`,
  )
  const shop = mailboxes.find(({ address }) => address.startsWith('shop@'))
  const page = await as('Ada Winter', { viewport: { width: 390, height: 844 } })
  await page.goto(`${visit.base_url}/mailboxes/${shop?.id}`)
  await expect(page.getByRole('main').getByText('Closed to staff, not opened').first()).toBeVisible()
  const told = await (await api('Kestrel Cycles')).get<{ blocked: unknown[] }>(
    `/api/v1/me/access-history/${visit.id}`,
  )
  expect(told.blocked).toEqual([])
})

import type { Visit } from '../src/api/types'
import { bannerOf, cardOf, fact, goTo } from './house/panel'
import { expect, test } from './house/test'

/** What the owner of an account reads, and what he can do about it. */

test('a running visit stands on every page of its owner, and End now ends it', async ({ as, api, guard }) => {
  guard.expectRefusal(410, /^\/as\//)
  const visit = await (await api('Samir Okafor')).visit('Fern & Fable Books', { mode: 'change' })
  const samir = await as('Samir Okafor')
  await samir.goto(`${visit.base_url}/mailboxes`)
  await samir.getByRole('button', { name: 'Create a mailbox' }).click()
  await samir.getByRole('dialog').getByRole('textbox', { name: 'Address' }).fill('half-typed')

  const owner = await as('Fern & Fable Books')
  await owner.goto('/domains')
  const strip = owner.getByText(/^Samir Okafor is in your account since \d\d:\d\d$/)
  await expect(strip).toBeVisible()
  await goTo(owner, 'Who was here')
  await expect(strip).toBeVisible()
  await owner.getByRole('button', { name: 'End now' }).first().click()
  await owner.getByRole('dialog').getByRole('button', { name: 'End now' }).click()
  await expect(strip).toHaveCount(0)
  await expect(owner.getByRole('main').getByText(/Ended by you\./)).toBeVisible()

  // The visitor's tab says so by itself, over the form that he was filling in.
  const over = samir.getByRole('dialog', { name: 'This visit is over' })
  await expect(over).toContainText(/ended by the customer/)
  await expect(over.getByRole('textbox', { name: 'Address' })).toHaveValue('half-typed')
  await over.getByRole('link', { name: 'Back to where you were' }).click()
  await expect(samir).toHaveURL('/accounts')
  const { mailboxes } = await (await api('Fern & Fable Books')).get<{ mailboxes: { address: string }[] }>(
    '/api/v1/mailboxes',
  )
  expect(mailboxes.map(({ address }) => address)).not.toContain('half-typed@fernfable.example')
})

test('a change is read as before and after, a refusal as a refusal', async ({ as, api }) => {
  const samir = await api('Samir Okafor')
  const visit = await samir.visit('Fern & Fable Books', {
    mode: 'change',
    reason: 'Your mail should go to the new server',
    ticket: 'HD-0815',
  })
  const { domains } = await samir.get<{ domains: { id: string }[] }>(`${visit.base_url}/api/v1/domains`)
  const records = `${visit.base_url}/api/v1/domains/${domains[0]?.id}/records`
  const listed = await samir.get<{ records: { id: string; type: string; ttl: number }[] }>(records)
  const mx = listed.records.find(({ type }) => type === 'MX')
  const changed = { name: '@', type: 'MX', ttl: 300, value: '20 mail.harbour.example.' }
  expect((await samir.send('PUT', `${records}/${mx?.id}`, changed)).status()).toBe(200)
  const mailbox = { address: 'spy@fernfable.example', password: 'a password of a visitor' }
  expect((await samir.send('POST', `${visit.base_url}/api/v1/mailboxes`, mailbox)).status()).toBe(403)
  await samir.leave(visit)

  const owner = await as('Fern & Fable Books')
  await owner.goto('/me/access')
  const entry = owner
    .getByRole('listitem')
    .filter({ hasText: 'Your mail should go to the new server' })
    .last()
  await expect(entry).toContainText('Samir Okafor')
  await expect(entry).toContainText('1 change')
  await expect(entry).toContainText('1 refused')
  await entry.getByRole('link', { name: 'See everything' }).click()
  await expect(fact(owner, 'Who')).toHaveText('Samir Okafor, Support, Harbour Hosting')
  await expect(fact(owner, 'Ticket')).toHaveText('HD-0815')
  const change = cardOf(owner, 'What happened')
  await expect(change.locator('del', { hasText: '10 mail.harbour.example' })).toBeVisible()
  await expect(change.locator('ins', { hasText: '20 mail.harbour.example' })).toBeVisible()
  const points = change.getByRole('list').first().locator('> li')
  await expect(points.first()).toContainText('Samir Okafor came in.')
  await expect(points.last()).toContainText('Ended by leaving.')
  await expect(points.filter({ hasText: 'Tried, and refused' })).toHaveCount(1)
  await change.getByText('Refused 1', { exact: true }).click()
  await expect(points).toHaveCount(3)
  await expect(change.locator('del')).toHaveCount(0)
  await change.getByText('All', { exact: true }).click()
  await expect(change.locator('del', { hasText: '10 mail.harbour.example' })).toBeVisible()
  await owner.getByRole('button', { name: 'Check this record' }).click()
  await expect(owner.getByText('The record holds')).toBeVisible()
})

test('that nobody was there is proven in the browser', async ({ as }) => {
  const owner = await as('Rowan Carpentry')
  await owner.goto('/me/access?from=2020-01-01&to=2020-01-31')
  await expect(owner.getByText('Nobody was in your account in these days')).toBeVisible()
  await owner.getByRole('button', { name: 'Check this record' }).click()
  await expect(
    owner.getByText('Nobody was in your account in this time, and nothing was done by others.'),
  ).toBeVisible()
})

test('what was changed from outside, without a visit, stands there as well', async ({ as, api }) => {
  const ada = await api('Ada Winter')
  const { account_id } = (await api('Hollis & Daughters')).session.principal
  await ada.post(`/api/v1/accounts/${account_id}/suspend`, { reason: 'The invoice of May is open' })
  await ada.post(`/api/v1/accounts/${account_id}/unsuspend`)
  const owner = await as('Hollis & Daughters')
  await owner.goto('/me/access')
  const outside = cardOf(owner, 'Done without a visit').or(
    owner.locator('section').filter({ has: owner.getByRole('heading', { name: 'Done without a visit' }) }),
  )
  await expect(outside.last()).toContainText('Ada Winter')
})

test('reading a notice marks it as read, for the customer alone', async ({ as, api }) => {
  const ada = await api('Ada Winter')
  await ada.leave(await ada.visit('Rowan Carpentry'))
  const owner = await as('Rowan Carpentry')
  await owner.goto('/dashboard')
  await owner.getByRole('button', { name: '2 unread notifications' }).click()
  const told = owner.getByRole('dialog', { name: 'Notifications' })
  await told.getByRole('link', { name: 'Look at the visit' }).first().click()
  await expect(owner).toHaveURL(/\/me\/access\/imp_/)
  await expect(owner.getByRole('button', { name: '1 unread notification' })).toBeVisible()
  await owner.reload()
  await expect(owner.getByRole('button', { name: '1 unread notification' })).toBeVisible()
})

test('the owner alone is asked for the password that a visitor left open', async ({ as, api }) => {
  const ada = await api('Ada Winter')
  const visit: Visit = await ada.visit('Rowan Carpentry', { mode: 'change' })
  await ada.post(`${visit.base_url}/api/v1/mailboxes`, { address: 'saws@rowan.example' })
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/mailboxes`)
  await expect(page.getByRole('row', { name: /saws@rowan\.example/ })).toContainText(/waits/i)
  await expect(page.getByRole('button', { name: 'Set password' })).toHaveCount(0)
  await expect(bannerOf(page)).toBeVisible()

  const owner = await as('Rowan Carpentry')
  await owner.goto('/mailboxes')
  await expect(owner.getByText('One mailbox waits for your password')).toBeVisible()
  await owner.getByRole('button', { name: /^Set password: / }).click()
  const dialog = owner.getByRole('dialog', { name: 'Password of saws@rowan.example' })
  await dialog.getByLabel('New password').fill('short')
  await dialog.getByRole('button', { name: 'Set password' }).click()
  await expect(dialog.getByText('At least 12 characters, please.')).toBeVisible()
  await dialog.getByLabel('New password').fill('oak, ash and beech')
  await dialog.getByRole('button', { name: 'Set password' }).click()
  await expect(dialog).toBeHidden()
  await expect(owner.getByRole('row', { name: /saws@rowan\.example/ })).toContainText('Active')
})

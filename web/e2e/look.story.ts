import { expect, type Page } from '@playwright/test'
import { bannerOf, settled } from './house/panel'
import { test } from './house/test'

/** A visit that only looks: the buttons stand as their owner has them, and using one offers Make changes. */

/** A place, the buttons there that change something, and the entries of its menus that do. */
interface Place {
  path: string
  buttons: string[]
  menus?: Record<string, string[]>
}

/** What may be used while looking, because it changes nothing. */
const harmless =
  /^(Actions for .*|More|Details|Open|Download|CSV|JSON|Print|Columns|Check this record|Back to the folder|Leave and sign in as this customer)$/

/** names are those of the buttons in the middle of the page; those that order a table are no acts. */
const names = (page: Page) =>
  page
    .getByRole('main')
    .getByRole('button')
    .filter({ visible: true })
    .evaluateAll((buttons) =>
      buttons
        .filter((each) => !each.closest('th'))
        .map((each) => each.getAttribute('aria-label') ?? each.textContent ?? ''),
    )

/** offered uses something, expects the offer and nothing else, and declines. */
async function offered(page: Page, what: string, use: () => Promise<void>): Promise<void> {
  await use()
  const offer = page.getByRole('dialog', { name: 'Make changes in this account?' })
  await expect(offer, `${what} offers Make changes`).toBeVisible()
  await expect(page.getByRole('dialog'), `${what} opens nothing else`).toHaveCount(1)
  await offer.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

/** dragIn lets a file fall on the list of files, as from the desktop. */
async function dragIn(page: Page, name: string): Promise<void> {
  const data = await page.evaluateHandle((name) => {
    const data = new DataTransfer()
    data.items.add(new File(['from the desktop'], name, { type: 'text/html' }))
    return data
  }, name)
  const onto = page.getByRole('table')
  for (const type of ['dragenter', 'dragover', 'drop']) await onto.dispatchEvent(type, { dataTransfer: data })
}

async function walk(page: Page, base: string, place: Place): Promise<void> {
  await page.goto(base + place.path)
  await settled(page)
  for (const name of place.buttons) await expect(page.getByRole('button', { name }).first()).toBeVisible()
  const changing = (await names(page)).filter((name) => !harmless.test(name))
  expect(changing.sort(), `what changes something on ${place.path}`).toEqual([...place.buttons].sort())
  for (const name of place.buttons) {
    await offered(page, `${place.path}: ${name}`, () => page.getByRole('button', { name }).click())
  }
  for (const [menu, entries] of Object.entries(place.menus ?? {})) {
    await page.getByRole('button', { name: menu }).click()
    const items = page.getByRole('menuitem')
    await expect(items.first()).toBeVisible()
    // An entry that opens the editor opens it to read.
    const changes = (await items.allTextContents()).filter((name) => !harmless.test(name) && name !== 'Edit')
    expect(changes, `what changes something in the menu ${menu}`).toEqual(entries)
    await page.keyboard.press('Escape')
    await expect(items).toHaveCount(0)
    for (const name of entries) {
      await offered(page, `${menu}: ${name}`, async () => {
        await page.getByRole('button', { name: menu }).click()
        await page.getByRole('menuitem', { name }).click()
      })
    }
  }
}

test('every button of a customer offers Make changes', async ({ as, api }) => {
  test.slow()
  const ada = await api('Ada Winter')
  const visit = await ada.visit('Kestrel Cycles')
  const { domains } = await ada.get<{ domains: { id: string }[] }>(`${visit.base_url}/api/v1/domains`)
  const page = await as('Ada Winter')
  const places: Place[] = [
    { path: '/dashboard', buttons: [] },
    { path: '/domains', buttons: ['Add a domain'] },
    {
      path: `/domains/${domains[0]?.id}`,
      buttons: ['Remove domain…', 'Add a record'],
      menus: { 'Actions for A www': ['Change', 'Delete'] },
    },
    {
      path: '/mailboxes',
      buttons: ['Create a mailbox'],
      menus: { 'Actions for shop@kestrel.example': ['Change size…', 'Delete mailbox…'] },
    },
    {
      path: '/files/kestrel.example',
      buttons: ['New folder', 'New file', 'Upload'],
      menus: { 'Actions for index.html': ['Rename…', 'Delete…'] },
    },
    { path: '/files/kestrel.example?edit=index.html', buttons: ['Edit'] },
    { path: '/me/access', buttons: [] },
    { path: '/me/profile', buttons: [] },
    { path: '/activity', buttons: [] },
  ]
  for (const place of places) await walk(page, visit.base_url, place)

  await page.goto(`${visit.base_url}/files/kestrel.example`)
  await page.getByRole('checkbox', { name: /index\.html/ }).check()
  await offered(page, 'Deleting what is chosen', () =>
    page.getByRole('button', { name: 'Delete 1 entry…' }).click(),
  )
  await offered(page, 'A file that is dragged in', () => dragIn(page, 'index.html'))
  await expect(bannerOf(page)).toContainText('View only')
  const told = await (await api('Kestrel Cycles')).get<{
    changes: unknown[]
    blocked: unknown[]
    mode: string
  }>(`/api/v1/me/access-history/${visit.id}`)
  expect([told.changes, told.blocked, told.mode]).toEqual([[], [], 'look'])
})

test('every button of a reseller offers Make changes, over customers too', async ({ as, api }) => {
  test.slow()
  const ada = await api('Ada Winter')
  const visit = await ada.visit('Seabright Media')
  const { account_id } = (await api('Tidewater Yoga')).session.principal
  const page = await as('Ada Winter')
  const menu = ['Stop services…', 'Send the invitation again']
  const places: Place[] = [
    {
      path: '/accounts',
      buttons: ['New account'],
      menus: { 'Actions for Tidewater Yoga': menu },
    },
    { path: `/accounts/${account_id}/domains`, buttons: ['Add a domain'], menus: { More: menu } },
    { path: `/accounts/${account_id}/mail`, buttons: ['Create a mailbox'] },
  ]
  for (const place of places) await walk(page, visit.base_url, place)
  await page.goto(`${visit.base_url}/accounts/${account_id}/details`)
  const phone = page.getByRole('textbox', { name: 'Phone' })
  await phone.fill('+49 30 1234')
  await offered(page, 'Save changes', () => page.getByRole('button', { name: 'Save changes' }).click())
  await expect(phone).toHaveValue('+49 30 1234')
})

test('what was approved for viewing only is not made into changes, and the dialog says why', async ({
  as,
  api,
  guard,
}) => {
  guard.expectRefusal(409, /\/mode$/)
  const owner = await api('Kestrel Cycles')
  await owner.send('PUT', '/api/v1/me/access-policy', { policy: 'ask' })
  const ada = await api('Ada Winter')
  const asked = await ada.visit('Kestrel Cycles')
  const { request_id } = asked as unknown as { request_id: string }
  await owner.post(`/api/v1/me/access-requests/${request_id}/approve`)
  const visit = await ada.visit('Kestrel Cycles', { request_id })
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/mailboxes`)
  await page.getByRole('button', { name: 'Create a mailbox' }).click()
  const offer = page.getByRole('dialog', { name: 'Make changes in this account?' })
  await offer.getByRole('textbox').fill('A mailbox for the workshop')
  await offer.getByRole('button', { name: 'Make changes' }).click()
  await expect(offer.getByRole('alert')).toContainText('The visit was approved for viewing only.')
  await offer.getByRole('button', { name: 'Cancel' }).click()
  await expect(bannerOf(page)).toContainText('View only')
  await owner.send('PUT', '/api/v1/me/access-policy', { policy: 'open' })
})

import { bannerOf, expectBanner, goTo, leave, openMenu, settled, signInAs } from './house/panel'
import { routes } from './house/routes'
import { expect, test } from './house/test'

/** Being in somebody's account. */

test('the banner stands on every page of the sidebar, and where there is no page', async ({ as, api }) => {
  const visit = await (await api('Ada Winter')).visit('Kestrel Cycles')
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/dashboard`)
  const places = page.getByRole('navigation', { name: 'Main' }).getByRole('link')
  await expect(places.first()).toBeVisible()
  const names = await places.allTextContents()
  expect(names).toEqual(
    expect.arrayContaining(['Dashboard', 'Domains & DNS', 'Mailboxes', 'Files', 'Who was here', 'Activity']),
  )
  for (const name of names) {
    await goTo(page, name)
    await settled(page)
    expect(new URL(page.url()).pathname).toContain(`${visit.base_url}/`)
    await expectBanner(page, 'Kestrel Cycles')
  }
  await page.goto(`${visit.base_url}/no/such/page`)
  await expect(page.getByText('There is no such page')).toBeVisible()
  await expectBanner(page, 'Kestrel Cycles')
})

test('the banner lies above dialogs, and on a phone above the menu', async ({ as, api }) => {
  const visit = await (await api('Ada Winter')).visit('Kestrel Cycles', { mode: 'change' })
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/mailboxes`)
  await page.getByRole('button', { name: 'Create a mailbox' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await settled(page)
  await expectBanner(page, 'Kestrel Cycles')
  const phone = await as('Ada Winter', { viewport: { width: 390, height: 844 } })
  await phone.goto(`${visit.base_url}/domains`)
  await phone.getByRole('button', { name: 'Open the menu' }).click()
  await expect(phone.getByRole('dialog')).toBeVisible()
  await settled(phone)
  await expectBanner(phone, 'Kestrel Cycles')
})

test('a visit that only looks offers to make changes where one is tried', async ({ as, api }) => {
  const visit = await (await api('Ada Winter')).visit('Kestrel Cycles')
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/mailboxes`)
  await expect(bannerOf(page)).toContainText('View only')
  await page.getByRole('button', { name: 'Create a mailbox' }).click()
  const offer = page.getByRole('dialog', { name: 'Make changes in this account?' })
  await offer.getByRole('textbox').fill('A mailbox for the workshop, as you asked')
  await offer.getByRole('button', { name: 'Make changes' }).click()
  await expect(bannerOf(page)).toContainText('Making changes')
  const dialog = page.getByRole('dialog', { name: 'Create a mailbox' })
  await dialog.getByRole('textbox', { name: 'Address' }).fill('workshop')
  await dialog.getByRole('button', { name: 'Create mailbox' }).click()
  await expect(page.getByRole('row', { name: /workshop@kestrel\.example/ })).toBeVisible()
  const owner = await api('Kestrel Cycles')
  const told = await owner.get<{ mode: string }>(`/api/v1/me/access-history/${visit.id}`)
  expect(told.mode).toBe('change')
})

test('what is closed to visitors is not offered to them', async ({ as, api }) => {
  const visit = await (await api('Ada Winter')).visit('Kestrel Cycles', { mode: 'change' })
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/mailboxes`)
  await openMenu(page, 'shop@kestrel.example')
  await expect(page.getByRole('menuitem', { name: 'Delete mailbox…' })).toBeVisible()
  await expect(page.getByRole('menuitem', { name: /password/i })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await goTo(page, 'Profile')
  await expect(page.getByText(/password is closed to staff/)).toBeVisible()
  await expect(
    page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sessions' }),
  ).toHaveCount(0)
})

test('Leave account leads back to the same list, its search and its order', async ({ as }) => {
  const page = await as('Ada Winter')
  const place = '/accounts?q=example&kind=customer&sort=-name'
  await page.goto(place)
  await signInAs(page, 'Violet Hour Theatre', 'The box office page does not open')
  await goTo(page, 'Domains & DNS')
  await expect(page.getByRole('link', { name: 'violethour.example' })).toBeVisible()
  await leave(page)
  await expect(page).toHaveURL(place)
  await expect(page.getByRole('link', { name: 'Violet Hour Theatre' })).toBeVisible()
  await expect(bannerOf(page)).toHaveCount(0)
})

test('Back after leaving shows nothing of the customer', async ({ as, guard }) => {
  guard.expectRefusal(410, /^\/as\//)
  const page = await as('Ada Winter')
  await page.goto('/accounts?q=violet')
  await signInAs(page, 'Violet Hour Theatre', 'The box office page does not open')
  await goTo(page, 'Mailboxes')
  await expect(page.getByText('box@violethour.example')).toBeVisible()
  await leave(page)
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'This visit has ended' })).toBeVisible()
  await expect(page.locator('body')).not.toContainText('violethour.example')
  await page.getByRole('link', { name: 'Return to your account' }).click()
  await expect(page).toHaveURL('/accounts?q=violet')
})

test('banner and Leave account work where the scripts do not arrive', async ({ as, api, guard }) => {
  guard.expectAway(/^\/assets\//)
  const visit = await (await api('Ada Winter')).visit('Kestrel Cycles', { return_to: '/accounts?q=kestrel' })
  const page = await as('Ada Winter', { withoutScripts: true })
  for (const route of routes()) {
    await page.goto(visit.base_url + route)
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 844 })
      await expectBanner(page, 'Kestrel Cycles')
    }
  }
  await bannerOf(page).getByRole('button', { name: 'Leave account' }).click()
  await expect(page).toHaveURL('/accounts?q=kestrel')
  await expect(bannerOf(page)).toHaveCount(0)
  const ada = await api('Ada Winter')
  const { end_reason } = await ada.get<{ end_reason: string }>(`/api/v1/impersonations/${visit.id}`)
  expect(end_reason).toBe('stopped')
})

test('a notice stays unread whatever the visitor opens', async ({ as, api }) => {
  const visit = await (await api('Ada Winter')).visit('Kestrel Cycles', { mode: 'change' })
  const owner = await api('Kestrel Cycles')
  const unread = async () => (await owner.get<{ unread: number }>('/api/v1/notifications')).unread
  const before = await unread()
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/dashboard`)
  await page.getByRole('button', { name: /unread notification/ }).click()
  const told = page.getByRole('dialog', { name: 'Notifications' })
  await expect(told).toContainText('What is unread stays unread during a support visit.')
  await expect(told.getByRole('button', { name: 'Mark as read' })).toHaveCount(0)
  await told.getByRole('link', { name: 'Look at the visit' }).first().click()
  await expect(page).toHaveURL(new RegExp(`${visit.base_url}/me/access/imp_`))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Ada Winter')
  expect(await unread()).toBe(before)
})

import { expectBanner, openMenu, searchList } from './house/panel'
import { expect, test } from './house/test'

/** Saying why before a visit: telling the customer, links from a help desk, and how few steps it takes. */

test('the customer is told before, and the dialog begins with the same words', async ({ as, api }) => {
  const reason = 'Your certificate expires tomorrow; I look why'
  const page = await as('Ada Winter')
  await page.goto('/accounts?q=kestrel')
  await openMenu(page, 'Kestrel Cycles')
  await page.getByRole('menuitem', { name: 'Tell them I am coming…' }).click()
  const telling = page.getByRole('dialog', { name: 'Tell Kestrel Cycles that you are coming' })
  await telling.getByRole('button', { name: 'Tell them I am coming' }).click()
  await expect(telling.getByRole('textbox', { name: 'Reason' })).toHaveAttribute('aria-invalid', 'true')
  await telling.getByRole('textbox', { name: 'Reason' }).fill(reason)
  await telling.getByRole('textbox', { name: 'Ticket' }).fill('HD-4711')
  await telling.getByRole('button', { name: 'Tell them I am coming' }).click()
  await expect(telling).toHaveCount(0)
  await expect(page.getByText('Kestrel Cycles was told that you are coming.')).toBeVisible()

  const owner = await as('Kestrel Cycles')
  await owner.goto('/dashboard')
  await owner.getByRole('button', { name: /unread notification/ }).click()
  const told = `Ada Winter (Harbour Hosting) is about to sign in to your account: “${reason}” (ticket HD-4711)`
  await expect(owner.getByText(told)).toBeVisible()
  await owner.goto('/me/access')
  await expect(owner.getByText(`Ada Winter announced a visit to Kestrel Cycles: “${reason}”.`)).toBeVisible()
  const { visits } = await (await api('Kestrel Cycles')).get<{ visits: unknown[] }>(
    '/api/v1/me/access-history',
  )
  expect(visits).toEqual([])

  await page.reload()
  await openMenu(page, 'Kestrel Cycles')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign in as this user: Kestrel Cycles' })
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue(reason)
  await expect(dialog.getByRole('textbox', { name: 'Ticket' })).toHaveValue('HD-4711')
  await expect(dialog.getByText(/^You told them that you are coming: /)).toBeVisible()
  await dialog.getByRole('radio', { name: 'They were told and agree' }).check()
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await expectBanner(page, 'Kestrel Cycles')
})

test('from the dialog too, and not twice in a breath', async ({ as, api, guard }) => {
  guard.expectRefusal(429, /^\/api\/v1\/impersonation-announcements$/)
  const page = await as('Ada Winter')
  const { account_id } = (await api('Violet Hour Theatre')).session.principal
  await page.goto(`/accounts/${account_id}/details`)
  await page.getByRole('button', { name: 'Sign in as this user' }).click()
  const dialog = page.getByRole('dialog')
  const tell = dialog.getByRole('button', { name: 'Tell them I am coming' })
  await tell.click()
  await expect(dialog.getByText('Give a reason of at least 10 characters.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The box office page does not open')
  await tell.click()
  await expect(dialog.getByText(/^You told them that you are coming: /)).toBeVisible()
  await tell.click()
  await expect(dialog.getByRole('alert').filter({ hasText: 'wait ten minutes' })).toBeVisible()
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue(
    'The box office page does not open',
  )
})

test('a link from a help desk fills in why, and starts nothing', async ({ as, api }) => {
  const page = await as('Ada Winter')
  const { account_id } = (await api('Kestrel Cycles')).session.principal
  const hostile = '<img src=x onerror=alert(1)>\u202E\u200B ends'
  const search = new URLSearchParams({
    sign_in: '1',
    reason: hostile,
    reason_code: 'incident',
    ticket: 'HD-4711',
  })
  await page.goto(`/accounts/${account_id}?${search}`)
  const dialog = page.getByRole('dialog', { name: 'Sign in as this user: Kestrel Cycles' })
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue(
    '<img src=x onerror=alert(1)> ends',
  )
  await expect(dialog.getByRole('textbox', { name: 'Ticket' })).toHaveValue('HD-4711')
  await expect(dialog.getByRole('combobox', { name: 'What is it about?' })).toHaveValue('Incident')
  await expect(dialog.getByRole('radio', { checked: true })).toHaveCount(1) // of the mode alone
  const running = await (await api('Ada Winter')).get<{ impersonations: unknown[] }>(
    '/api/v1/impersonations?state=active',
  )
  expect(running.impersonations).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Kestrel Cycles' })).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('from a search to inside the account in four clicks, without a password', async ({ as }) => {
  const page = await as('Ada Winter')
  await page.addInitScript(() => {
    document.addEventListener('pointerdown', (event) => {
      if (!event.isTrusted) return
      sessionStorage.setItem('clicks', String(Number(sessionStorage.getItem('clicks')) + 1))
    })
  })
  const clicks = () => page.evaluate(() => Number(sessionStorage.getItem('clicks')))
  await page.goto('/accounts')
  for (const [name, words] of [
    ['Kestrel Cycles', 'kestrel'],
    ['Violet Hour Theatre', 'violet'],
  ] as const) {
    await page.evaluate(() => sessionStorage.setItem('clicks', '0'))
    await searchList(page, 'Search accounts', words)
    await openMenu(page, name)
    await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeFocused()
    await page.keyboard.type('You wrote that the shop shows an error')
    await dialog.getByRole('radio', { name: 'They asked for it' }).check()
    await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
    await expectBanner(page, name)
    expect(await clicks()).toBe(4)
    await page.goto('/accounts')
  }
})

test('Ctrl+K leads to the question why', async ({ as }) => {
  const page = await as('Ada Winter')
  await page.goto('/dashboard')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  for (const name of ['Kestrel Cycles', 'Kestrel Cycles', 'Seabright Media']) {
    await page.keyboard.press('Control+k')
    await page.getByRole('textbox', { name: 'Search pages and accounts' }).fill(name)
    await page.getByRole('button', { name: `Sign in as ${name}` }).click()
    const dialog = page.getByRole('dialog', { name: new RegExp(`^Sign in as this .*: ${name}$`) })
    await expect(dialog).toBeVisible()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect(dialog).toHaveCount(0)
  }
})

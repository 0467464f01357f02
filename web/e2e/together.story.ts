import { bannerOf, openMenu, searchList } from './house/panel'
import { expect, test } from './house/test'

/** Two people and one account, or one browser. */

test('I-06: the customer who signs in meanwhile sees no banner and no way to stop', async ({
  as,
  api,
  guard,
}) => {
  guard.expectRefusal(404, /^\/as\//)
  const samir = await api('Samir Okafor')
  const visit = await samir.visit('Meadow School', { mode: 'change' })
  const owner = await as('Meadow School')
  for (const path of ['/dashboard', '/mailboxes', '/me/access']) {
    await owner.goto(path)
    await expect(owner.getByText(/^Samir Okafor is in your account since/)).toBeVisible()
    await expect(bannerOf(owner)).toHaveCount(0)
    await expect(owner.getByRole('button', { name: 'Leave account' })).toHaveCount(0)
  }
  await owner.goto(`${visit.base_url}/dashboard`)
  await expect(bannerOf(owner)).toHaveCount(0)
  await expect(owner.locator('body')).not.toContainText('Samir')
  const { state } = await samir.get<{ state: string }>(`/api/v1/impersonations/${visit.id}`)
  expect(state).toBe('active')
})

test('I-07: who signs in as somebody else in the same browser is not in the visit', async ({
  as,
  api,
  house,
  guard,
}) => {
  guard.expectRefusal(401, /\/api\/v1\//)
  guard.expectRefusal(404, /^\/as\//)
  guard.expectRefusal(410, /^\/as\//)
  const own = await as(null)
  const requests = own.context().request
  const signIn = async (name: string) => {
    const { login, password } = house.person(name)
    const answer = await requests.post(`${house.url}/api/v1/session`, { data: { login, password } })
    return ((await answer.json()) as { csrf_token: string }).csrf_token
  }
  const csrf = await signIn('Samir Okafor')
  const begun = await requests.post(`${house.url}/api/v1/impersonations`, {
    headers: { 'X-CSRF-Token': csrf },
    data: {
      account_id: house.person('Meadow School').account_id,
      reason_code: 'other',
      reason: 'A second person at the same desk',
      mode: 'change',
      informed: 'asked',
    },
  })
  const visit = (await begun.json()) as { id: string; base_url: string }
  const inside = await own.context().newPage()
  await inside.goto(`${visit.base_url}/mailboxes`)
  await expect(inside.getByText('head@meadowschool.example')).toBeVisible()

  await signIn('Northlight Studio')
  await own.goto('/accounts')
  await expect(own.getByRole('link', { name: 'Kestrel Cycles' })).toBeVisible()
  await expect(bannerOf(own)).toHaveCount(0)
  await inside.goto(`${visit.base_url}/mailboxes`)
  await expect(bannerOf(inside)).toHaveCount(0)
  await expect(inside.locator('body')).not.toContainText('meadowschool.example')
  const { end_reason } = await (await api('Ada Winter')).get<{ end_reason: string }>(
    `/api/v1/impersonations/${visit.id}`,
  )
  expect(end_reason).toBe('actor_logout')
})

test('I-08: a form that was left open acts as its own page said, or not at all', async ({
  as,
  api,
  guard,
}) => {
  guard.expectRefusal(410, /^\/as\//)
  const ada = await api('Ada Winter')
  const visit = await ada.visit('Kestrel Cycles', { mode: 'change', return_to: '/accounts?q=kestrel' })
  const own = await as('Ada Winter')
  const inside = await own.context().newPage()
  for (const [page, base] of [
    [own, ''],
    [inside, visit.base_url],
  ] as const) {
    await page.goto(`${base}/domains`)
    await page
      .getByRole('button', { name: /^Add a domain/ })
      .first()
      .click()
    await page
      .getByRole('dialog')
      .getByRole('textbox')
      .first()
      .fill(`stale-${base ? 'inside' : 'own'}.example`)
  }
  await ada.leave(visit)
  await own.getByRole('dialog').getByRole('button', { name: 'Add domain' }).click()
  await expect(own.getByRole('link', { name: 'stale-own.example' })).toBeVisible()
  const over = inside.getByRole('dialog', { name: 'This visit is over' })
  await expect(over).toBeVisible()
  await expect(over.getByRole('textbox').first()).toHaveValue('stale-inside.example')
  const { domains } = await ada.get<{ domains: { name: string; account_id: string }[] }>(
    '/api/v1/domains?q=stale',
  )
  expect(domains.map(({ name, account_id }) => [name, account_id])).toEqual([
    ['stale-own.example', ada.session.principal.account_id],
  ])
})

test('I-13: a double click begins one visit', async ({ as, api, guard }) => {
  guard.expectRefusal(409, /^\/api\/v1\/impersonations$/)
  const page = await as('Ada Winter')
  await page.goto('/accounts')
  await searchList(page, 'Search accounts', 'violet')
  await openMenu(page, 'Violet Hour Theatre')
  await page.getByRole('menuitem', { name: /^Sign in as this/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The box office page does not open')
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  await dialog.getByRole('button', { name: /^Sign in as this/ }).dblclick()
  await page.waitForURL(/\/as\/imp_[^/]+\/dashboard$/)
  await expect(bannerOf(page)).toContainText('Violet Hour Theatre')
  const { impersonations } = await (await api('Ada Winter')).get<{ impersonations: unknown[] }>(
    '/api/v1/impersonations?state=active',
  )
  expect(impersonations).toHaveLength(1)
})

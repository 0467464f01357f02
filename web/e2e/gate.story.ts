import { setUp } from './house/factor'
import { test as base, expect } from './house/test'

/** Staff who must have a second factor and have none: nobody here can tidy up, all they can do is set one up. */
const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: a fixture names what it needs, and this one needs nothing
  tidy: async ({}, use) => use(undefined),
})
test.use({ settings: { secondFactor: 'staff' } })

test('staff set one up before anything else, and then are where they wanted to go', async ({
  as,
  house,
  guard,
}) => {
  guard.expectRefusal(401, /^\/api\/v1\/session$/)
  const { login, password } = house.person('Samir Okafor')
  const page = await as(null)
  await page.goto('/accounts?q=kestrel')
  await page.getByLabel('E-mail or user name').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Set up a second factor' })).toBeVisible()
  await setUp(page)
  await expect(page).toHaveURL('/accounts?q=kestrel')
  await expect(page.getByRole('link', { name: 'Kestrel Cycles' })).toBeVisible()
})

import { Api } from './house/api'
import { bannerOf, expectBanner, goTo, leave, openMenu, signInAs } from './house/panel'
import { expect, test } from './house/test'

/** Resellers enter the accounts they own, and no others. */

const denied = "You don't have permission to impersonate this user."

test('a reseller sees the accounts he owns and enters one of them', async ({ as }) => {
  const page = await as('Northlight Studio')
  await page.goto('/accounts')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your customers')
  for (const own of ['Blue Door Bakery', 'Fern & Fable Books', 'Atelier Marlow', 'Kestrel Cycles'])
    await expect(page.getByRole('link', { name: own })).toBeVisible()
  for (const other of ['Meadow School', 'Tidewater Yoga', 'Seabright Media', 'Ada Winter'])
    await expect(page.getByRole('link', { name: other })).toHaveCount(0)
  await signInAs(page, 'Atelier Marlow', 'Setting up the new studio page', true)
  await expectBanner(page, 'Atelier Marlow')
  await expect(bannerOf(page)).toContainText('30 min left')
  await goTo(page, 'Domains & DNS')
  await expect(page.getByRole('link', { name: 'marlow.example' })).toBeVisible()
  await leave(page)
  await expect(page).toHaveURL('/accounts')
})

test('the customer reads that it was the reseller', async ({ as, api }) => {
  const reseller = await api('Northlight Studio')
  await reseller.leave(await reseller.visit('Atelier Marlow', { reason: 'Showing you the new file manager' }))
  const owner = await as('Atelier Marlow')
  await owner.goto('/me/access')
  const entry = owner.getByRole('listitem').filter({ hasText: 'Showing you the new file manager' }).first()
  await expect(entry).toContainText('Northlight Studio')
  await expect(entry).toContainText('Reseller')
})

test('an account of somebody else is refused, and so is one that does not exist', async ({ api, house }) => {
  const reseller = await api('Northlight Studio')
  const wanted = { reason_code: 'other', reason: 'Curious about others', mode: 'look', informed: 'asked' }
  for (const account_id of [
    house.person('Meadow School').account_id,
    house.person('Seabright Media').account_id,
    house.person('Ada Winter').account_id,
    reseller.session.principal.account_id,
    'acc_01890a5d-ac96-774b-bcce-b302099a8057',
  ]) {
    const answer = await reseller.send('POST', '/api/v1/impersonations', { account_id, ...wanted })
    expect(answer.status(), account_id).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'impersonation-denied', detail: denied })
  }
})

test('an address put together by hand leads into no account of somebody else', async ({
  as,
  house,
  guard,
}) => {
  guard.expectRefusal(404, /^\/api\/v1\/accounts\/acc_/)
  const page = await as('Northlight Studio')
  await page.goto(`/accounts/${house.person('Meadow School').account_id}/details?sign_in=1`)
  await expect(page.getByText('This could not be loaded')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.locator('body')).not.toContainText('Meadow')
})

test('the right ends where the account changes its owner, even with the form open', async ({
  as,
  house,
  guard,
}) => {
  guard.expectRefusal(403, /^\/api\/v1\/impersonations$/)
  const kestrel = house.person('Kestrel Cycles').account_id
  const ada = await Api.signIn(house, 'Ada Winter') // only a fresh sign-in may give an account away
  const page = await as('Northlight Studio')
  await page.goto('/accounts?q=kestrel')
  await openMenu(page, 'Kestrel Cycles')
  await page.getByRole('menuitem', { name: 'Sign in as this user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The repair form sends no mail')
  await dialog.getByRole('radio', { name: 'They asked for it' }).check()
  await ada.post(`/api/v1/accounts/${kestrel}/transfer`, {
    owner_id: house.person('Seabright Media').account_id,
  })
  await dialog.getByRole('button', { name: 'Sign in as this user' }).click()
  await expect(dialog.getByRole('alert').filter({ hasText: denied })).toBeVisible()
  await expect(page).toHaveURL('/accounts?q=kestrel')
  await ada.post(`/api/v1/accounts/${kestrel}/transfer`, {
    owner_id: house.person('Northlight Studio').account_id,
  })
  await ada.close()
})

import { openMenu } from './house/panel'
import { expect, test } from './house/test'

/** What cannot be entered, or only viewed, says why before anybody tries. */

test('B3: an account that cannot be entered says why in its menu and on its page', async ({ as, house }) => {
  const page = await as('Ada Winter')
  for (const [kind, name, why] of [
    ['support', 'Samir Okafor', 'Accounts of staff cannot be entered.'],
    ['admin', 'Ada Winter', 'This is your own account.'],
  ] as const) {
    await page.goto(`/accounts?kind=${kind}`)
    await openMenu(page, name)
    const entry = page.getByRole('menuitem', { name: /^Sign in as this user/ })
    await expect(entry).toContainText(why)
    await expect(entry).toBeDisabled()
    await page.goto(`/accounts/${house.person(name).account_id}/details`)
    const button = page.getByRole('button', { name: 'Sign in as this user' })
    await expect(button).toBeDisabled()
    await expect(button).toHaveAccessibleDescription(why)
    await button.hover()
    await expect(page.getByRole('tooltip', { name: why })).toBeVisible()
  }
})

test('B3: an account that can only be viewed says why where making changes would be chosen', async ({
  as,
  api,
  house,
}) => {
  const ada = await api('Ada Winter')
  const page = await as('Ada Winter')
  const name = 'Copper Kettle Café' // blocking ends the sign-ins of its owner, and this one has none
  const { account_id } = house.person(name)
  for (const { shut, open, why } of [
    {
      shut: 'suspend',
      open: 'unsuspend',
      why: 'The services of this account are stopped, so it can only be viewed.',
    },
    {
      shut: 'disable',
      open: 'enable',
      why: 'Signing in to this account is blocked, so it can only be viewed.',
    },
  ]) {
    await ada.post(`/api/v1/accounts/${account_id}/${shut}`, { reason: 'A test of doors' })
    await page.goto(`/accounts/${account_id}/details?sign_in=1`)
    const dialog = page.getByRole('dialog', { name: `Sign in as this user: ${name}` })
    await expect(dialog.getByText(why)).toBeVisible()
    await expect(dialog.getByRole('radio', { name: 'Make changes' })).toBeDisabled()
    await expect(dialog.getByRole('radio', { name: 'View only' })).toBeChecked()
    await ada.post(`/api/v1/accounts/${account_id}/${open}`)
  }
})

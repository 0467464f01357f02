import { expect, test } from './house/test'

/** The activity log as something to work with, on paper too; and what deserves a look. */

test('C24: an account opens the log already filtered, and on paper there is the list alone', async ({
  as,
  house,
}) => {
  const page = await as('Ada Winter')
  await page.goto(`/accounts/${house.person('Paper Lantern Press').account_id}/activity`)
  await expect(page.getByRole('button', { name: 'Export' })).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('button', { name: 'Export' })).toBeHidden()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden()
  await expect(page.getByText('As shown on the page when it was printed.')).toBeVisible()
})

test('D10: visits that deserve a look lead to the list of just these', async ({ as, api }) => {
  const ada = await api('Ada Winter')
  await ada.leave(await ada.visit('Paper Lantern Press', { reason: 'No ticket was ever written' }))
  const page = await as('Ada Winter')
  await page.goto('/impersonations/history')
  await page.getByRole('link', { name: /Ada Winter: \d+ visits? without a ticket/ }).click()
  await expect(page).toHaveURL(/flag=no_ticket/)
  await expect(page.getByRole('row').filter({ hasText: 'No ticket was ever written' }).first()).toBeVisible()
})

import { goTo, openMenu } from './house/panel'
import { expect, test } from './house/test'

/** What mails say is written by an admin, who sees at once what becomes of it; what is switched off customers read. */

test('a template is written with its preview, saved, restored and switched off', async ({ as, guard }) => {
  guard.expectRefusal(422, /preview$/)
  const page = await as('Ada Winter')
  await page.goto('/dashboard')
  await goTo(page, 'Notification templates')
  await page.getByRole('link', { name: 'The start of a visit' }).click()
  const letter = page.frameLocator('iframe')
  await expect(letter.getByText('Anna Lind (Harbour Hosting) signed in')).toBeVisible()
  const text = page.getByLabel('Text', { exact: true })
  await text.fill('Hello <script>alert(1)</script> {{actr}}\n\n{{facts}}')
  await expect(page.getByText('Line 1, column 33: there is no {{actr}} to put in here.')).toBeVisible()
  await text.fill('Hello <b>you</b>, {{actor}} is here.\n\n{{facts}}')
  await expect(letter.getByText('Hello <b>you</b>, Anna Lind (Harbour Hosting) is here.')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The text is saved.')).toBeVisible()
  await page.getByRole('button', { name: 'Restore the original' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore the original' }).click()
  await expect(text).toHaveValue(/^\{\{summary\}\}/)

  await goTo(page, 'Notification templates')
  await openMenu(page, 'The end of a visit')
  await page.getByRole('menuitem', { name: 'Switch the mail off' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Switch it off' }).click()
  await expect(page.getByText('The mail about the end of a visit is switched off.')).toBeVisible()

  const customer = await as('Blue Door Bakery')
  await customer.goto('/me/access')
  await expect(
    customer.getByText('Ada Winter switched off the mail about the end of a visit for all accounts.'),
  ).toBeVisible()
  await goTo(customer, 'Notifications')
  await expect(customer.getByText('Your provider has switched this mail off.')).toBeVisible()
  await customer.getByLabel('Somebody asks to be let in').uncheck()
  await customer.getByRole('button', { name: 'Save' }).click()
  await expect(customer.getByText('That is saved.')).toBeVisible()
  await customer.reload()
  await expect(customer.getByLabel('Somebody asks to be let in')).not.toBeChecked()
})

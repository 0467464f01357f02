import { cardOf, expectBanner, goTo, leave, searchList, signInAs, typeOver } from './house/panel'
import { expect, test } from './house/test'

const reason = 'You wrote that the opening hours on your site are wrong'

test('from the list of accounts to the guest book', async ({ as, api }) => {
  const admin = await as('Ada Winter')
  const customer = await as('Blue Door Bakery')

  await test.step('the admin finds the account and signs in as its user, to make changes', async () => {
    await admin.goto('/accounts')
    await searchList(admin, 'Search accounts', 'bakery')
    await expect(admin).toHaveURL('/accounts?q=bakery')
    await expect(admin.getByRole('link', { name: 'Blue Door Bakery' })).toBeVisible()
    await expect(admin.getByRole('link', { name: 'Kestrel Cycles' })).toHaveCount(0)
    await signInAs(admin, 'Blue Door Bakery', reason, true)
    await expectBanner(admin, 'Blue Door Bakery')
    await expect(admin.getByText('This is what Blue Door Bakery sees.')).toBeVisible()
  })

  await test.step('the customer is told at once, by a notice that nobody has read', async () => {
    await customer.goto('/dashboard')
    await expect(customer.getByRole('button', { name: '1 unread notification' })).toBeVisible()
  })

  await test.step('a mailbox made inside waits for the password of its owner', async () => {
    await goTo(admin, 'Mailboxes')
    await admin.getByRole('button', { name: 'Create a mailbox' }).click()
    const dialog = admin.getByRole('dialog')
    await expect(dialog.getByText('The password is left to the owner')).toBeVisible()
    await expect(dialog.locator('input[type=password]')).toHaveCount(0)
    await dialog.getByRole('textbox', { name: 'Address' }).fill('catering')
    await dialog.getByRole('button', { name: 'Create mailbox' }).click()
    await expect(dialog).toBeHidden()
    await expect(admin.getByRole('row', { name: /catering@bluedoor\.example/ })).toContainText(/waits for/i)
  })

  await test.step('a file is edited and saved', async () => {
    await goTo(admin, 'Files')
    await admin.getByRole('link', { name: 'bluedoor.example' }).click()
    await admin.getByRole('link', { name: 'index.html' }).click()
    await typeOver(admin, 'index.html', '<h1>Open on Sundays, too</h1>\n')
    await admin.getByRole('button', { name: 'Save' }).click()
    await expect(admin.getByText('index.html is saved.')).toBeVisible()
    await expectBanner(admin, 'Blue Door Bakery')
  })

  await test.step('Leave account leads back to where he was', async () => {
    await leave(admin)
    await expect(admin).toHaveURL('/accounts?q=bakery')
    await expect(admin.getByRole('searchbox', { name: 'Search accounts' })).toHaveValue('bakery')
    await expect(admin.getByRole('link', { name: 'Blue Door Bakery' })).toBeVisible()
  })

  await test.step('the customer reads in the bell that somebody came and went', async () => {
    await customer.reload()
    await customer.getByRole('button', { name: '2 unread notifications' }).click()
    const told = customer.getByRole('dialog', { name: 'Notifications' })
    await expect(told.getByRole('listitem').filter({ hasText: reason }).first()).toContainText('Ada Winter')
    await told.getByRole('link', { name: 'Look at the visit' }).first().click()
    await expect(customer).toHaveURL(/\/me\/access\/imp_/)
  })

  await test.step('and in the guest book who it was, why, for how long, and what was changed', async () => {
    await expect(customer.getByRole('heading', { level: 1 })).toHaveText('Ada Winter was here')
    const page = customer.getByRole('main')
    await expect(page.getByText(reason).first()).toBeVisible()
    await expect(page.getByText(/\d\d:\d\d to \d\d:\d\d\. Ended by leaving\./)).toBeVisible()
    await expect(page.getByText(/^\d+ (second|minute)s?, of which .+ active$/)).toBeVisible()
    const changed = cardOf(customer, 'What happened')
    await expect(changed).toContainText('Ada Winter created the mailbox catering@bluedoor.example.')
    await expect(changed.locator('ins').filter({ hasText: 'catering@bluedoor.example' })).toBeVisible()
    await expect(changed).toContainText('Ada Winter changed the file /bluedoor.example/index.html.')
    await expect(changed.locator('del')).not.toHaveCount(0)
  })

  await test.step('what was done inside stands', async () => {
    const owner = await api('Blue Door Bakery')
    expect(await owner.file('/bluedoor.example/index.html')).toBe('<h1>Open on Sundays, too</h1>\n')
  })

  await test.step('the customer alone sets the password of the mailbox', async () => {
    await goTo(customer, 'Mailboxes')
    await customer.getByRole('alert').getByRole('button', { name: 'Set password' }).click()
    const dialog = customer.getByRole('dialog')
    await dialog.getByLabel('New password').fill('crumbs and butter')
    await dialog.getByRole('button', { name: 'Set password' }).click()
    await expect(dialog).toBeHidden()
    await expect(customer.getByRole('row', { name: /catering@bluedoor\.example/ })).toContainText('Active')
  })
})

import { expect, type Page } from '@playwright/test'
import { test } from './house/test'

/** What was typed survives the end of the visit, whatever was being filled in. */

interface Form {
  name: string
  path: string
  open: (page: Page) => Promise<void>
  /** Fills the form in. */
  type: (page: Page) => Promise<void>
  save: (page: Page) => Promise<void>
  kept: Record<string, string>
}

const press = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name, exact: true }).last().click()
}
const fill = (fields: Record<string, string>) => async (page: Page) => {
  for (const [name, text] of Object.entries(fields)) {
    await page.getByRole('textbox', { name, exact: true }).fill(text)
  }
}
const nothing = async () => {}

test('each form keeps what was typed when the visit ends', async ({ as, api, guard }) => {
  test.slow()
  guard.expectRefusal(410, /^\/as\//)
  const ada = await api('Ada Winter')
  const { account_id } = (await api('Tidewater Yoga')).session.principal
  const first = await ada.visit('Seabright Media')
  const { domains } = await ada.get<{ domains: { id: string; name: string }[] }>(
    `${first.base_url}/api/v1/domains?account_id=${account_id}`,
  )
  await ada.leave(first)
  const record = { Name: 'shop', Value: '192.0.2.77' }
  const forms: Form[] = [
    {
      name: 'a domain',
      path: '/domains',
      open: press('Add a domain'),
      type: fill({ 'Domain name': 'tide.example' }),
      save: press('Add domain'),
      kept: { 'Domain name': 'tide.example' },
    },
    {
      name: 'a record',
      path: `/domains/${domains[0]?.id}`,
      open: press('Add a record'),
      type: fill(record),
      save: press('Save record'),
      kept: record,
    },
    {
      name: 'a mailbox',
      path: `/accounts/${account_id}/mail`,
      open: press('Create a mailbox'),
      type: fill({ Address: 'summer-fete' }),
      save: press('Create mailbox'),
      kept: { Address: 'summer-fete' },
    },
    {
      name: 'the details of an account',
      path: `/accounts/${account_id}/details`,
      open: nothing,
      type: fill({ Company: 'Tidewater GmbH', Address: 'Kai 7\n20457 Hamburg' }),
      save: press('Save changes'),
      kept: { Company: 'Tidewater GmbH', Address: 'Kai 7\n20457 Hamburg' },
    },
    {
      name: 'why services are stopped',
      path: `/accounts/${account_id}/domains`,
      open: async (page) => {
        await page.getByRole('button', { name: 'More' }).click()
        await page.getByRole('menuitem', { name: 'Stop services…' }).click()
      },
      type: fill({ 'Reason, which the customer reads': 'The invoice of May' }),
      save: press('Stop services'),
      kept: { 'Reason, which the customer reads': 'The invoice of May' },
    },
    {
      name: 'a new account',
      path: '/accounts',
      open: press('New account'),
      type: fill({ Name: 'Harbour Café', 'E-mail': 'hello@harbourcafe.example' }),
      save: press('Create and invite'),
      kept: { Name: 'Harbour Café', 'E-mail': 'hello@harbourcafe.example' },
    },
    {
      name: 'a folder',
      path: '/files',
      open: press('New folder'),
      type: async (page) => page.getByRole('dialog').getByRole('textbox').fill('drafts-of-may'),
      save: async (page) => page.getByRole('dialog').getByRole('textbox').press('Enter'),
      kept: { '': 'drafts-of-may' },
    },
  ]
  const page = await as('Ada Winter')
  for (const form of forms) {
    const visit = await ada.visit('Seabright Media', { mode: 'change' })
    await page.goto(visit.base_url + form.path)
    await form.open(page)
    await form.type(page)
    await ada.leave(visit)
    const over = page.getByRole('dialog', { name: 'This visit is over' })
    await form.save(page).catch(() => {}) // the end may have been told already
    await expect(over, form.name).toBeVisible()
    for (const [label, text] of Object.entries(form.kept)) {
      const field = label
        ? over.getByRole('textbox', { name: label, exact: true })
        : over.getByRole('textbox')
      await expect(field, `${form.name}: ${label}`).toHaveValue(text)
    }
  }
})

test('the editor of files keeps what was written when the visit ends', async ({ as, api, guard }) => {
  guard.expectRefusal(410, /^\/as\//)
  const ada = await api('Ada Winter')
  const visit = await ada.visit('Kestrel Cycles', { mode: 'change' })
  const page = await as('Ada Winter')
  await page.goto(`${visit.base_url}/files/kestrel.example?edit=robots.txt`)
  const editor = page.getByRole('textbox', { name: 'Content of robots.txt' })
  await editor.click()
  await page.keyboard.type('Disallow: /drafts')
  await ada.leave(visit)
  const over = page.getByRole('dialog', { name: 'This visit is over' })
  await page
    .getByRole('button', { name: 'Save', exact: true })
    .click()
    .catch(() => {})
  await expect(over).toBeVisible()
  await expect(over.getByRole('textbox', { name: 'kestrel.example/robots.txt' })).toHaveValue(
    /Disallow: \/drafts/,
  )
})

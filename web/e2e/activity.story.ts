import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './house/test'

/** The activity log as something to work with: columns, saved filters, paper, a file; and what deserves a look. */

const log = (page: Page): Locator => page.getByRole('table', { name: 'Activity log' })

/** chooseColumn shows or hides a column. */
async function chooseColumn(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name, exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menuitemcheckbox')).toHaveCount(0)
}

/** shown reads the table: each row as what stands under the heads. */
async function shown(page: Page): Promise<Record<string, string>[]> {
  const heads = await log(page).getByRole('columnheader').allInnerTexts()
  const rows = await log(page).locator('tbody tr').all()
  return Promise.all(
    rows.map(async (row) => {
      const cells = await row.getByRole('cell').allInnerTexts()
      return Object.fromEntries(heads.map((head, i) => [head, cells[i] ?? '']))
    }),
  )
}

/** exported takes the log along in one form, and watches how far the file is. */
async function exported(page: Page, form: string, all = false): Promise<{ name: string; text: string }> {
  await page.getByRole('button', { name: 'Export' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export the log' })
  await dialog.getByRole('radio', { name: form }).check()
  if (all) await dialog.getByRole('checkbox', { name: /^All columns/ }).check()
  // The file is small: the question how far it is waits until the answer before it was seen.
  let seen = () => {}
  const looked = new Promise<void>((resolve) => {
    seen = resolve
  })
  const asks = '**/api/v1/operations/*?*'
  await page.route(asks, async (route) => {
    await looked
    await route.continue()
  })
  await dialog.getByRole('button', { name: 'Export' }).click()
  await expect(dialog.getByRole('status')).toHaveText(/^The file is being written: \d+ %$/)
  await expect(dialog.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^\d+$/)
  seen()
  await expect(dialog.getByRole('status')).toContainText('is ready')
  await page.unroute(asks)
  const download = page.waitForEvent('download')
  await dialog.getByRole('link', { name: 'Download' }).click()
  const file = await download
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
}

/** table reads CSV: each line as what stands under the names of the first. */
function table(text: string): Record<string, string>[] {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare]) =>
        quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
      ),
    )
  const names = lines.shift() ?? []
  return lines.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])))
}

test('A18, C29: a file of the log holds what the page shows, and no spreadsheet runs a name in it', async ({
  as,
  api,
}) => {
  const ada = await api('Ada Winter')
  const formula = '=2+3, "Ink" & Daughters'
  await ada.post('/api/v1/accounts', { kind: 'customer', name: formula, email: 'ink@daughters.example' })
  const page = await as('Ada Winter')
  await page.goto('/activity')
  await page.getByRole('combobox', { name: 'Event' }).selectOption({ label: 'Account created' })
  await expect(page).toHaveURL('/activity?event=account.create')
  await chooseColumn(page, 'Account')
  await expect(log(page).getByRole('row').filter({ hasText: formula })).toHaveCount(1)
  await expect(log(page).getByRole('row').filter({ hasText: 'exported the activity log' })).toHaveCount(0)
  const rows = await shown(page)

  const csv = await exported(page, 'A table (CSV)')
  expect(csv.name).toMatch(/\.csv$/)
  expect(csv.text.split('\n')[0]).toBe('sentence,actor,actor_role,employer,account,at')
  const told = table(csv.text)
  expect(told.map(({ sentence }) => sentence)).toEqual(rows.map((row) => row['What happened']))
  expect(told.map(({ account }) => account)).toEqual(
    rows.map(({ Account }) => (Account === formula ? `'${formula}` : Account)),
  )

  const lines = await exported(page, 'For programs (JSON lines)', true)
  expect(lines.name).toMatch(/\.jsonl$/)
  const events = lines.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(events.map(({ sentence }) => sentence)).toEqual(rows.map((row) => row['What happened']))
  expect(events.map(({ account }) => account)).toEqual(rows.map(({ Account }) => Account))
  expect(new Set(events.map(({ action }) => action))).toEqual(new Set(['account.create']))
  expect(events[0]).toHaveProperty('request_id')

  // That the log was taken along stands in it.
  await page.getByRole('combobox', { name: 'Event' }).selectOption({ label: 'Log exported' })
  await expect(log(page).locator('tbody tr')).toHaveCount(2)
})

test('C29: columns are chosen, and filters are saved, asked again after a reload, and thrown away', async ({
  as,
}) => {
  const page = await as('Ada Winter')
  await page.goto('/activity?event=session.start')
  await chooseColumn(page, 'From address')
  await expect(page).toHaveURL(/columns=what%2Cwho%2Cip%2Cat/)
  await expect(log(page).getByRole('columnheader', { name: 'From address' })).toBeVisible()
  await chooseColumn(page, 'Who')
  await expect(log(page).getByRole('columnheader', { name: 'Who', exact: true })).toHaveCount(0)

  const saved = page.getByRole('dialog', { name: 'Saved filters' })
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await expect(saved).toContainText('You have saved none yet.')
  await saved.getByLabel('Save the filters of this page as').fill('Who signed in')
  await saved.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(saved.getByRole('button', { name: 'Who signed in', exact: true })).toBeVisible()

  await page.goto('/activity')
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await saved.getByRole('button', { name: 'Who signed in', exact: true }).click()
  await expect(saved).toBeHidden()
  await expect(page.getByRole('combobox', { name: 'Event' })).toHaveValue('session.start')
  await expect(log(page).getByRole('columnheader')).toHaveText([
    'Details',
    'What happened',
    'From address',
    'When',
  ])
  for (const row of await shown(page)) expect(row['What happened']).toContain('signed in')

  await page.getByRole('button', { name: 'Saved filters' }).click()
  await saved.getByRole('button', { name: 'Remove “Who signed in”' }).click()
  await expect(saved).toContainText('You have saved none yet.')
  await page.reload()
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await expect(saved).toContainText('You have saved none yet.')
})

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
  await expect(page.getByText(/^As shown on \w+day, /)).toBeVisible()
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

test('C29: a filter by an event that there is not any more says so, and can be cleared', async ({
  as,
  guard,
}) => {
  guard.expectRefusal(422, /^\/api\/v1\/activity$/)
  const page = await as('Ada Winter')
  await page.goto('/activity?event=session.begun')
  const refused = page.getByRole('alert')
  await expect(refused).toContainText('These filters cannot be used')
  await expect(refused).toContainText('There is no such event. Did you mean session.')
  await refused.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL('/activity')
  await expect(log(page).locator('tbody tr').first()).toBeVisible()
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccessVisit } from '../src/api/types'
import { fact } from './house/panel'
import { expect, test } from './house/test'

/** Visits that nobody leaves close by themselves. */

const idle = 5
test.use({ settings: { idle: `${idle}s`, sweep: '1s' } })

/** letters returns the mails that were written for somebody. */
async function letters(data: string, recipient: string): Promise<string[]> {
  const outbox = join(data, 'outbox')
  const names = await readdir(outbox).catch(() => [])
  const mails = await Promise.all(names.map((name) => readFile(join(outbox, name), 'utf8')))
  return mails.filter((mail) => mail.includes(`<${recipient}>`) || mail.includes(`To: ${recipient}`))
}

test('the worker closes a visit that was left idle, and tells its owner, with nobody asking', async ({
  api,
  as,
  house,
}) => {
  const ada = await api('Ada Winter')
  const visit = await ada.visit('Meadow School')
  await ada.post(`${visit.base_url}/activity`)
  await expect.poll(async () => (await letters(house.data, 'head@meadowschool.example')).length).toBe(2)

  const owner = await api('Meadow School')
  const told = await owner.get<AccessVisit>(`/api/v1/me/access-history/${visit.id}`)
  const micros = (at: string | null) => Number(BigInt(Date.parse(at ?? '')) * 1000n) + fraction(at ?? '')
  expect(told.end_reason).toBe('idle')
  expect(micros(told.ended_at) - micros(told.last_activity_at)).toBe(idle * 1e6)
  const lasted = micros(told.ended_at) - micros(told.started_at)
  expect(told.duration_seconds).toBeCloseTo(lasted / 1e6, 6)

  const page = await as('Meadow School')
  await page.goto('/dashboard')
  await page.getByRole('button', { name: '2 unread notifications' }).click()
  await page.getByRole('link', { name: 'Look at the visit' }).first().click()
  await expect(
    page.getByText(
      /\d\d:\d\d to \d\d:\d\d\. Closed automatically after 5 seconds without activity; last action \d\d:\d\d\./,
    ),
  ).toBeVisible()
  await expect(fact(page, 'How long')).toContainText(`${Math.round(lasted / 1e6)} seconds, of which`)
  await expect(page.getByText('Nothing was changed, opened or tried.')).toBeVisible()
})

test('the page of the actor says so, and keeps what was typed', async ({ api, as, guard }) => {
  guard.expectRefusal(410, /^\/as\//)
  const ada = await api('Ada Winter')
  const visit = await ada.visit('Meadow School', { mode: 'change', return_to: '/accounts?q=meadow' })
  // Somebody is there until the form is filled in, however slowly the page comes.
  const there = setInterval(() => void ada.post(`${visit.base_url}/activity`), 1_000)
  const page = await as('Ada Winter')
  try {
    await page.goto(`${visit.base_url}/mailboxes`)
    await page.getByRole('button', { name: 'Create a mailbox' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Address' }).fill('summer-fete')
  } finally {
    clearInterval(there)
  }
  const over = page.getByRole('dialog', { name: 'This visit is over' })
  await expect(over).toBeVisible({ timeout: 30_000 })
  await expect(over).toContainText(
    /It ended at \d\d:\d\d: closed automatically after 5 seconds without activity\./,
  )
  await expect(over.getByRole('textbox', { name: 'Address' })).toHaveValue('summer-fete')
  await over.getByRole('link', { name: 'Back to where you were' }).click()
  await expect(page).toHaveURL('/accounts?q=meadow')
})

/** fraction returns the microseconds that a Date leaves out. */
function fraction(at: string): number {
  return Number((/\.(\d+)Z$/.exec(at)?.[1] ?? '').padEnd(6, '0').slice(3, 6))
}

import { bannerOf, expectBanner } from './house/panel'
import { expect, test } from './house/test'

/** How the page of a visit tells the time. The clock of the browser is turned; the server's is not. */

test('a minute before it closes for silence a visit asks, and an answer keeps it', async ({ api, as }) => {
  const ada = await api('Ada Winter')
  const visit = await ada.visit('Meadow School')
  const page = await as('Ada Winter')
  await page.clock.install()
  await page.goto(`${visit.base_url}/dashboard`)
  await expectBanner(page, 'Meadow School')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.clock.fastForward('14:10')
  const asked = page.getByRole('dialog', { name: 'Are you still there?' })
  await expect(asked).toContainText(/closes by itself in \d+ s left/)
  await expectBanner(page, 'Meadow School')
  await asked.getByRole('button', { name: 'Yes, I am still here' }).click()
  await expect(asked).toBeHidden()
  const { last_activity_at } = await ada.get<{ last_activity_at: string }>(
    `/api/v1/impersonations/${visit.id}`,
  )
  expect(Date.parse(last_activity_at)).toBeGreaterThan(Date.parse(visit.last_activity_at))
})

test('the last five minutes are announced, and the time left is always true', async ({ api, as }) => {
  const visit = await (await api('Ada Winter')).visit('Meadow School')
  const page = await as('Ada Winter')
  await page.clock.install()
  await page.goto(`${visit.base_url}/dashboard`)
  await expect(bannerOf(page)).toContainText('60 min left')
  await expect(page.getByRole('button', { name: 'Make changes' })).toBeVisible()
  await page.clock.fastForward('05:00')
  await expect(bannerOf(page)).toContainText('55 min left')
})

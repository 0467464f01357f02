import { violations } from './house/axe'
import { expect, test } from './house/test'

/** The record is sent to a collector, besides; here to one that is away. */

test.use({ settings: { shipTo: 'https://127.0.0.1:1/in', sweep: '1s' } })

test('an admin sees that the record does not get through, since when and why', async ({ as, guard }) => {
  guard.expectComplaint(/task=record.ship/)
  const page = await as('Ada Winter')
  await page.goto('/jobs')
  const card = page.locator('section').filter({ hasText: 'Record sent elsewhere' })
  await expect(card.getByText('Not getting through')).toBeVisible()
  await expect(card.getByText('https://127.0.0.1:1/in')).toBeVisible()
  await expect(card.getByText(/\d+ events, the first from/)).toBeVisible()
  await expect(card.getByText(/connection refused \(tried/)).toBeVisible()
  expect(await violations(page)).toEqual([])
})

import { violations } from './house/axe'
import { expect, test } from './house/test'

/** The manual of the API: from the page of tokens to what a program sends, on a phone and a desk, in both schemes. */

test('the manual of the API is read where tokens are made, on a phone and by the keyboard alone', async ({
  as,
}) => {
  const page = await as('Blue Door Bakery')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/tokens')
  await page.getByRole('link', { name: 'What a program can ask, and how' }).click()
  await expect(page).toHaveURL('/api/docs')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The API of Innkeeper')
  await page.getByRole('navigation', { name: 'Chapters' }).getByRole('link', { name: 'Domains' }).click()
  const operation = page.locator('details', { has: page.locator('#createDomain') })
  await operation.locator('summary').press('Enter')
  await expect(operation).toContainText('/api/v1/domains')
  await expect(page.locator('#shape-Problem')).toBeHidden()
  await operation.getByRole('link', { name: 'Problem' }).click()
  await expect(page.locator('#shape-Problem'), 'what a link leads to is opened').toBeInViewport()
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(wider, 'how much wider than the phone the page is').toBeLessThanOrEqual(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the manual of the API keeps nobody out, ${colorScheme}`, async ({ as }) => {
    const page = await as(null, { colorScheme })
    await page.goto('/api/docs')
    for (const id of ['createDomain', 'listActivity', 'shape-Problem']) {
      await page
        .locator('details', { has: page.locator(`#${id}`) })
        .locator('summary')
        .click()
    }
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await violations(page)).toEqual([])
    }
  })
}

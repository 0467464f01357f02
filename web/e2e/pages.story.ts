import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { violations } from './house/axe'
import { inScheme, settled } from './house/panel'
import { furnish, type Ids, insidePlaces, type Place, places } from './house/places'
import { expect, test } from './house/test'

/**
 * Every page, for everybody: it can be used by all, in both schemes and sizes, and nothing in it breaks.
 * SHOTS names a folder for a picture of each.
 */

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]
const schemes = ['light', 'dark'] as const

test.describe.configure({ mode: 'parallel' })

let ids: Ids | undefined

for (const place of [...places, ...insidePlaces]) {
  test(place.name, async ({ as, api, house, guard }) => {
    const ada = await api('Ada Winter')
    ids ??= await furnish(house, ada, await api('Blue Door Bakery'))
    if (place.who === null) guard.expectRefusal(401, /^\/api\/v1\/session$/)
    if (place.refused) guard.expectRefusal(...place.refused)
    const base = place.inside ? (await ada.visit(place.inside)).base_url : ''
    if (place.visited) {
      await (await api('Samir Okafor')).visit('Blue Door Bakery')
      await ada.visit('Kestrel Cycles')
    }
    const page = await as(place.who, { fresh: place.fresh })
    for (const viewport of sizes) {
      await page.setViewportSize(viewport)
      await inScheme(page, schemes[0])
      await page.goto(base + place.path(ids))
      await settled(page)
      await place.act?.(page)
      for (const colorScheme of schemes) {
        await inScheme(page, colorScheme)
        await look(page, place, viewport.width, colorScheme)
      }
    }
  })
}

async function look(page: Page, place: Place, width: number, scheme: 'light' | 'dark'): Promise<void> {
  await settled(page)
  const how = `${width} ${scheme}`
  const shots = process.env.SHOTS
  if (shots) await page.screenshot({ path: join(shots, `${place.name}, ${how}.png`) })
  expect
    .soft(await violations(page, scheme === 'light' ? 'everything' : 'colours'), `axe, ${how}`)
    .toEqual([])
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect.soft(sideways, `${place.name} scrolls sideways, ${how}`).toBeLessThanOrEqual(0)
  expect.soft(await cut(page), `words that do not fit their button, ${how}`).toEqual([])
}

/** cut are the words of buttons that are too narrow for them. */
const cut = (page: Page): Promise<string[]> =>
  page
    .locator('.mantine-Button-label')
    .evaluateAll((labels) =>
      labels
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ textContent }) => textContent ?? ''),
    )

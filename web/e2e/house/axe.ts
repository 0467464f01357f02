import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** What another colour scheme can break; everything else stays as it was found to be. */
const ofColours = ['color-contrast', 'link-in-text-block']

/**
 * violations asks axe what keeps people out of this page. The policy forbids strange scripts in it, so axe
 * comes in by the debugger, which is not bound by it.
 */
export async function violations(
  page: Page,
  what: 'everything' | 'colours' = 'everything',
): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  const asked = what === 'everything' ? { type: 'tag', values: rules } : { type: 'rule', values: ofColours }
  const found = await page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as {
      axe: { run: (root: Document, how: object) => Promise<AxeResults> }
    }
    return (await axe.run(document, { runOnly, resultTypes: ['violations'] })).violations
  }, asked)
  return found.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()}`,
    ),
  )
}

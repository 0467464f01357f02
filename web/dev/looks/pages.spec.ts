import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page, test } from '@playwright/test'
import type { AxeResults } from 'axe-core'
import * as data from './support/data'
import { serve } from './support/server'

/** Every page, as each kind of person sees it, in both schemes and sizes: it stands, axe finds nothing, and nothing breaks the policy. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Place {
  name: string
  path: string
  who: data.Who | null
  inside?: boolean
  heading: string | RegExp
  act?: (page: Page) => Promise<unknown>
}

const signInAs = async (page: Page) => {
  await page.getByRole('button', { name: 'Sign in as this user' }).click()
  await page.getByRole('dialog').waitFor()
}

const places: Place[] = [
  { name: 'sign-in', path: '/sign-in', who: null, heading: 'Sign in' },
  { name: 'welcome', path: '/welcome?token=t', who: null, heading: 'Welcome' },
  { name: 'dashboard-admin', path: '/dashboard', who: 'admin', heading: /Ada/ },
  { name: 'dashboard-reseller', path: '/dashboard', who: 'reseller', heading: /Rolf/ },
  { name: 'dashboard-customer', path: '/dashboard', who: 'customer', heading: /Mila/ },
  {
    name: 'dashboard-visit',
    path: '/as/imp_live/dashboard',
    who: 'admin',
    inside: true,
    heading: 'Dashboard',
  },
  { name: 'accounts', path: '/accounts', who: 'admin', heading: 'Accounts' },
  { name: 'accounts-empty', path: '/accounts?q=willow', who: 'admin', heading: 'Accounts' },
  {
    name: 'accounts-menu',
    path: '/accounts',
    who: 'admin',
    heading: 'Accounts',
    act: (page) => page.getByRole('button', { name: 'Actions for Blue Door Bakery' }).click(),
  },
  {
    name: 'accounts-create',
    path: '/accounts',
    who: 'admin',
    heading: 'Accounts',
    act: (page) => page.getByRole('button', { name: 'New account' }).click(),
  },
  { name: 'account', path: '/accounts/acc_bluedoor/details', who: 'admin', heading: 'Blue Door Bakery' },
  {
    name: 'account-sign-in-as',
    path: '/accounts/acc_bluedoor/details',
    who: 'admin',
    heading: 'Blue Door Bakery',
    act: signInAs,
  },
  {
    name: 'account-activity',
    path: '/accounts/acc_bluedoor/activity',
    who: 'admin',
    heading: 'Blue Door Bakery',
  },
  {
    name: 'account-visits',
    path: '/accounts/acc_bluedoor/visits',
    who: 'admin',
    heading: 'Blue Door Bakery',
  },
  { name: 'visits-live', path: '/impersonations/live', who: 'admin', heading: 'Support visits' },
  { name: 'visits-history', path: '/impersonations/history', who: 'admin', heading: 'Support visits' },
  { name: 'visit', path: '/impersonations/imp_past1', who: 'admin', heading: /Tom Okafor/ },
  { name: 'activity', path: '/activity', who: 'admin', heading: 'Activity log' },
  { name: 'jobs', path: '/jobs', who: 'admin', heading: 'Jobs' },
  { name: 'mails', path: '/mails', who: 'admin', heading: 'Mail sent' },
  { name: 'mail', path: '/mails?id=mal_1', who: 'admin', heading: 'Mail sent' },
  { name: 'domains', path: '/domains', who: 'customer', heading: 'Domains & DNS' },
  { name: 'domain', path: '/domains/dom_1', who: 'customer', heading: 'bluedoor.example' },
  { name: 'mailboxes', path: '/mailboxes', who: 'customer', heading: 'Mailboxes' },
  {
    name: 'mailboxes-visit',
    path: '/as/imp_live/mailboxes',
    who: 'admin',
    inside: true,
    heading: 'Mailboxes',
  },
  { name: 'files', path: '/files/', who: 'customer', heading: 'Files' },
  { name: 'file-editor', path: '/files/?edit=index.html', who: 'customer', heading: 'Files' },
  { name: 'access', path: '/me/access', who: 'customer', heading: 'Who was here' },
  { name: 'access-visit', path: '/me/access/imp_past1', who: 'customer', heading: /Tom Okafor/ },
  { name: 'profile', path: '/me/profile', who: 'customer', heading: 'Profile' },
  { name: 'sessions', path: '/me/sessions', who: 'customer', heading: 'Sessions' },
  {
    name: 'search',
    path: '/dashboard',
    who: 'admin',
    heading: /Ada/,
    act: (page) => page.keyboard.press('Control+k'),
  },
  {
    name: 'help',
    path: '/dashboard',
    who: 'customer',
    heading: /Mila/,
    act: (page) => page.getByRole('button', { name: 'Help' }).click(),
  },
  {
    name: 'bell',
    path: '/dashboard',
    who: 'customer',
    heading: /Mila/,
    act: (page) => page.getByRole('button', { name: /unread/ }).click(),
  },
  { name: 'nothing-there', path: '/nothing', who: 'admin', heading: '' },
]

const looks = [
  { size: 'wide', viewport: { width: 1440, height: 900 } },
  { size: 'phone', viewport: { width: 390, height: 844 } },
]

for (const place of places) {
  for (const { size, viewport } of looks) {
    for (const scheme of ['light', 'dark'] as const) {
      test(`${place.name} ${size} ${scheme}`, async ({ browser }) => {
        const context = await browser.newContext({
          viewport,
          colorScheme: scheme,
          reducedMotion: 'reduce',
          baseURL: 'http://panel.test',
          timezoneId: 'UTC',
          locale: 'en-GB',
        })
        const page = await context.newPage()
        const broken: string[] = []
        page.on(
          'console',
          (message) =>
            message.type() === 'error' &&
            !/status of 40[14]/.test(message.text()) &&
            broken.push(message.text()),
        )
        page.on('pageerror', (error) => broken.push(error.message))
        await serve(page, { who: place.who, inside: place.inside ? data.visit() : null })
        await page.goto(place.path)
        if (place.heading) await expect(page.getByRole('heading', { level: 1 })).toHaveText(place.heading)
        await page.waitForLoadState('networkidle')
        await place.act?.(page)
        await page.waitForTimeout(350)
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
        if (process.env.SHOTS)
          await page.screenshot({
            path: `dev/shots/${place.name}-${size}-${scheme}.png`,
            fullPage: !place.act,
          })
        const sideways = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect.soft(sideways, 'the page scrolls sideways').toBeLessThanOrEqual(0)
        expect.soft(await violations(page)).toEqual([])
        expect.soft(broken).toEqual([])
        await context.close()
      })
    }
  }
}

/** The policy forbids strange scripts in the page, so axe comes in by the debugger, which is not bound by it. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const results = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (root: Document, options: object) => Promise<AxeResults> }
    }
    return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
  })
  return results.violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`,
    ),
  )
}

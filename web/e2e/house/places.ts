import type { Page } from '@playwright/test'
import type { Visit } from '../../src/api/types'
import type { Api } from './api'
import type { House } from './house'
import { openMenu, typeOver } from './panel'

/** Ids are what addresses need and only a running house knows. */
export interface Ids {
  account: string
  domain: string
  past: string
  mail: string
}

/** Place is a page as somebody sees it, and what is opened on it. */
export interface Place {
  name: string
  who: string | null
  path: (ids: Ids) => string
  /** Whose account it is seen in, by Ada. */
  inside?: string
  /** What is opened is only for who has signed in just now. */
  fresh?: boolean
  /** Somebody of the staff is in the account at the same time. */
  visited?: boolean
  act?: (page: Page) => Promise<unknown>
  /** Answers that the page provokes. */
  refused?: [number, RegExp]
}

const ada = 'Ada Winter'
const customer = 'Blue Door Bakery'
const reseller = 'Northlight Studio'
const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

/** opening does something that opens a dialog, and waits for it. */
const opening = (act: (page: Page) => Promise<unknown>) => async (page: Page) => {
  await act(page)
  await page.getByRole('dialog').first().waitFor()
}
const at = (who: string | null, path: string, act?: Place['act'], name = path): Place => ({
  name,
  who,
  path: () => path,
  act,
})

export const places: Place[] = [
  at(null, '/sign-in'),
  at(null, '/sign-in', (page) => page.getByRole('button', { name: 'Sign in' }).click(), 'sign-in, empty'),
  at(null, '/welcome?token=none'),
  at(null, '/welcome'),

  at(ada, '/dashboard'),
  at(ada, '/accounts'),
  at(ada, '/accounts?q=nobody', undefined, 'accounts, nothing found'),
  at(ada, '/accounts', (page) => openMenu(page, customer), 'accounts, menu'),
  at(ada, '/accounts', opening(button('New account')), 'accounts, a new one'),
  { name: 'account, details', who: ada, path: ({ account }) => `/accounts/${account}/details` },
  {
    name: 'account, sign in as',
    who: ada,
    path: ({ account }) => `/accounts/${account}/details`,
    act: opening(button(/^Sign in as this/)),
  },
  { name: 'account, domains', who: ada, path: ({ account }) => `/accounts/${account}/domains` },
  { name: 'account, mail', who: ada, path: ({ account }) => `/accounts/${account}/mail` },
  { name: 'account, activity', who: ada, path: ({ account }) => `/accounts/${account}/activity` },
  { name: 'account, visits', who: ada, path: ({ account }) => `/accounts/${account}/visits` },
  { ...at(ada, '/impersonations/live'), visited: true },
  at(ada, '/impersonations/history'),
  { name: 'visit', who: ada, path: ({ past }) => `/impersonations/${past}` },
  at(ada, '/activity'),
  at(ada, '/activity?event=impersonation.stop'),
  at(ada, '/jobs'),
  at(ada, '/mails'),
  at(ada, '/mails?undelivered=yes', undefined, 'mails, undelivered'),
  at(ada, '/notification-templates'),
  at(
    ada,
    '/notification-templates',
    (page) => openMenu(page, 'The start of a visit'),
    'notification templates, menu',
  ),
  at(
    ada,
    '/notification-templates/impersonation.stop',
    (page) => page.frameLocator('iframe').getByText('What was changed:').waitFor(),
    'notification template',
  ),
  { name: 'mail', who: ada, path: ({ mail }) => `/mails?id=${mail}` },
  at(ada, '/tokens'),
  at(ada, '/tokens', opening(button('Make a token')), 'tokens, a new one'),
  at(ada, '/nothing/here'),
  at(
    ada,
    '/dashboard',
    opening((page) => page.keyboard.press('Control+k')),
    'search',
  ),
  at(
    ada,
    '/dashboard',
    opening((page) => page.keyboard.press('?')),
    'shortcuts',
  ),

  at(reseller, '/dashboard', undefined, 'dashboard of a reseller'),
  at(reseller, '/accounts', undefined, 'accounts of a reseller'),
  at('Samir Okafor', '/dashboard', undefined, 'dashboard of support'),

  { ...at(customer, '/dashboard', undefined, 'dashboard of a customer'), visited: true },
  at(customer, '/dashboard', opening(button(/unread notification/)), 'bell'),
  at(customer, '/domains'),
  at(customer, '/domains', opening(button(/^Add a domain/)), 'domains, a new one'),
  { name: 'domain', who: customer, path: ({ domain }) => `/domains/${domain}` },
  {
    name: 'domain, a record',
    who: customer,
    path: ({ domain }) => `/domains/${domain}`,
    act: opening(button(/^Add a record/)),
  },
  at(customer, '/mailboxes'),
  at(customer, '/mailboxes', opening(button('Create a mailbox')), 'mailboxes, a new one'),
  at(customer, '/mailboxes', opening(button('Set password')), 'mailboxes, a password'),
  at(customer, '/files/'),
  at(customer, '/files/bluedoor.example', undefined, 'files, a folder'),
  at(
    customer,
    '/files/bluedoor.example?edit=index.html',
    (page) => typeOver(page, 'index.html', '<p>New</p>'),
    'editor',
  ),
  { ...at(customer, '/files/no/such/folder'), refused: [404, /\/api\/v1\/files$/] },
  { ...at(customer, '/me/access'), visited: true },
  { name: 'who was here, a visit', who: customer, path: ({ past }) => `/me/access/${past}` },
  at(customer, '/activity', undefined, 'activity of a customer'),
  at(customer, '/me/profile'),
  at(customer, '/me/security'),
  { ...at(customer, '/me/security', button('Set up an app'), 'security, an app'), fresh: true },
  at(customer, '/me/sessions'),
  at(customer, '/me/notifications'),
]

const inside = (path: string, act?: Place['act'], name = `inside: ${path}`): Place => ({
  ...at(ada, path, act, name),
  inside: 'Kestrel Cycles',
})

export const insidePlaces: Place[] = [
  inside('/dashboard'),
  inside('/domains'),
  inside('/mailboxes'),
  inside('/mailboxes', opening(button('Create a mailbox')), 'inside: make changes'),
  inside('/files/'),
  inside('/files/kestrel.example?edit=index.html'),
  inside('/me/access'),
  inside('/activity'),
  inside('/me/notifications'),
  inside('/me/profile'),
  inside('/nothing'),
  { ...inside('/accounts', undefined, 'inside a reseller'), inside: 'Seabright Media' },
]

/** furnish gives the house a past to look at, and returns the ids that addresses need. */
export async function furnish(house: House, staff: Api, owner: Api): Promise<Ids> {
  const visit: Visit = await staff.visit(customer, {
    mode: 'change',
    reason: 'The order form sends no mail',
    ticket: 'HD-7',
  })
  const api = `${visit.base_url}/api/v1`
  await staff.post(`${api}/mailboxes`, { address: 'weddings@bluedoor.example' })
  await staff.send('POST', `${api}/mailboxes`, {
    address: 'x@bluedoor.example',
    password: 'chosen by a visitor',
  })
  await staff.get(`${api}/domains`)
  await staff.leave(visit)
  const { domains } = await owner.get<{ domains: { id: string }[] }>('/api/v1/domains')
  const { mails } = await staff.get<{ mails: { id: string }[] }>('/api/v1/mails')
  return {
    account: house.person(customer).account_id,
    domain: domains[0]?.id ?? '',
    past: visit.id,
    mail: mails[0]?.id ?? '',
  }
}

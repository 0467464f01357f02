import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Page, Request, Route } from '@playwright/test'
import type { Visit } from '../../../src/api/types'
import * as data from './data'
import { renderShell } from './shell'

/** An answer that the stand-in gives instead of its own: the status, a problem code, and more. */
export interface Answer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}
type Handler = (
  request: Request,
  path: string,
  query: URLSearchParams,
) => Answer | undefined | Promise<Answer | undefined>

interface Options {
  who?: data.Who | null
  /** The visit that pages below /as/imp_live belong to. */
  inside?: Visit | null
  /** Asked first: tests put what they are about here. */
  handle?: Handler
}

/** Asked is a request that reached the stand-in. */
export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  body: string | null
}

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** serve stands in for the whole server: pages with their policy and banner, files of the build, and the API. */
export async function serve(
  page: Page,
  options: Options = {},
): Promise<{ asked: Asked[]; options: Options }> {
  const asked: Asked[] = []
  await page.route('**/*', async (route) => {
    const request = route.request()
    const url = new URL(request.url())
    if (url.hostname !== 'panel.test') return route.abort()
    const inside = url.pathname.startsWith('/as/imp_live')
    const path = inside ? url.pathname.slice('/as/imp_live'.length) : url.pathname
    if (path.startsWith('/assets/') || /\.(css|svg)$/.test(path)) return file(route, path)
    const isApi = path.startsWith('/api/v1/') || (inside && /^\/(stop|mode|activity)$/.test(path))
    if (!isApi) return shell(route, inside ? (options.inside ?? null) : null)
    asked.push({
      method: request.method(),
      path: path.replace('/api/v1', ''),
      query: url.searchParams,
      headers: await request.allHeaders(),
      body: request.postData(),
    })
    const at = path.replace('/api/v1', '')
    const answer =
      (await options.handle?.(request, at, url.searchParams)) ??
      answerOf(request, at, url.searchParams, options, inside)
    return reply(route, answer)
  })
  return { asked, options }
}

function file(route: Route, path: string) {
  try {
    const body = readFileSync(join('dist', path))
    return route.fulfill({ body, contentType: types[extname(path)] ?? 'application/octet-stream' })
  } catch {
    return route.fulfill({ status: 404 })
  }
}

function shell(route: Route, inside: Visit | null) {
  const { html, policy } = renderShell(inside)
  const headers = { 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' }
  return route.fulfill({ body: html, contentType: 'text/html; charset=utf-8', headers })
}

function reply(route: Route, { status, body, headers = {} }: Answer) {
  if (body instanceof Buffer) return route.fulfill({ status, body, headers })
  const problem = status >= 400
  return route.fulfill({
    status,
    headers: { 'Content-Type': problem ? 'application/problem+json' : 'application/json', ...headers },
    body: body === undefined ? '' : JSON.stringify(body),
  })
}

export function problem(status: number, code: string, detail: string, more: object = {}): Answer {
  return { status, body: { title: code, status, code, detail, request_id: 'req_0190ab', ...more } }
}

const list = (name: string, rows: readonly unknown[], more: object = {}): Answer => ({
  status: 200,
  body: { [name]: rows, next_cursor: null, ...more },
})

function answerOf(
  request: Request,
  path: string,
  query: URLSearchParams,
  options: Options,
  inside: boolean,
): Answer {
  const { who = 'admin' } = options
  if (!who) return problem(401, 'unauthenticated', 'Please sign in.')
  const visit = inside ? (options.inside ?? null) : null
  const method = request.method()
  if (method !== 'GET') return written(method, path, request, options)
  const q = (query.get('q') ?? '').toLowerCase()
  const text = (row: object) => JSON.stringify(row).toLowerCase().includes(q)
  const one = <T extends { id: string }>(rows: readonly T[], id: string | undefined): Answer => {
    const row = rows.find((each) => each.id === id)
    return row
      ? { status: 200, body: row, headers: { ETag: '"7"' } }
      : problem(404, 'not-found', 'It is not there.')
  }
  const [, room = '', id, part] = path.split('/')
  const visits = [data.visit(), ...data.lately, ...data.past]
  switch (`${room}${id && room === 'me' ? `/${id}` : ''}`) {
    case 'session':
      return { status: 200, body: data.sessionOf(who, visit) }
    case 'sessions':
      return list('sessions', data.loginSessions)
    case 'dashboard':
      return dashboard(who, inside)
    case 'plans':
      return list('plans', data.plans)
    case 'accounts': {
      if (id) return one(data.accounts, id)
      const status = query.get('status')
      const found = data.accounts.filter(text)
      const shown = found.filter((each) =>
        status ? status === 'all' || each.status === status : each.status !== 'disabled',
      )
      const hidden = status || !q ? 0 : found.length - shown.length
      return list('accounts', shown, { hidden_disabled: hidden })
    }
    case 'impersonations':
      if (id) return one(visits, id)
      return list(
        'impersonations',
        visits.filter((each) => !query.get('state') || each.state === query.get('state')),
      )
    case 'impersonation-weeks':
      return { status: 200, body: { weeks: data.weeks } }
    case 'impersonation-flags':
      return { status: 200, body: { since: data.daysAgo(30), flags: data.flags } }
    case 'me/access-history': {
      const told = visits.map((each) => ({ ...each, running: each.state === 'active' }))
      if (!part) return list('visits', told, { direct_changes: [data.events[5]] })
      const found = told.find((each) => each.id === part)
      if (!found) return problem(404, 'not-found', 'It is not there.')
      return {
        status: 200,
        body: { ...found, changes: data.events.slice(1, 3), views: [], blocked: [data.events[3]] },
      }
    }
    case 'activity':
      if (id === 'filters') return { status: 200, body: { filters: data.savedFilters } }
      return list(
        'events',
        data.events.filter(text).filter((each) => !query.get('event') || each.action === query.get('event')),
      )
    case 'events': {
      // As much of a stream as a stand-in can give: what is running, then silence.
      const said = { impersonations: inside ? [] : visits.filter(({ state }) => state === 'active') }
      const body = Buffer.from(`retry: 600000\n\nevent: visits\ndata: ${JSON.stringify(said)}\n\n`)
      return { status: 200, body, headers: { 'Content-Type': 'text/event-stream' } }
    }
    case 'notifications':
      return list('notifications', data.notifications, { unread: 1 })
    case 'domains':
      if (part === 'records') return list('records', data.records)
      return id ? one(data.domains, id) : list('domains', data.domains.filter(text))
    case 'mailboxes':
      return list('mailboxes', data.mailboxes.filter(text))
    case 'files':
      if (id === 'content')
        return {
          status: 200,
          body: Buffer.from('<!doctype html>\n<title>Blue Door</title>\n'),
          headers: { ETag: '"f1"' },
        }
      return list('entries', query.get('path') ? [] : data.files, { path: query.get('path') })
    case 'jobs':
      return list('jobs', data.jobs)
    case 'mails':
      return id
        ? { status: 200, body: { ...data.mails[0], text: 'Hello Mila,\n\nAnna Lind is in your account.\n' } }
        : list('mails', data.mails)
    default:
      return problem(404, 'not-found', `There is no ${path}.`)
  }
}

function dashboard(who: data.Who, inside: boolean): Answer {
  const staff = who !== 'customer' && !inside
  return {
    status: 200,
    body: {
      accounts: staff ? { total: 128, active: 119, suspended: 6, disabled: 3 } : null,
      visits_running: 1,
      jobs: who === 'admin' && !inside ? { waiting: 3, failed: 1 } : null,
      usage: data.accounts[0]?.usage,
      limits: data.accounts[0]?.limits,
      last_visit: { ...data.past[0], running: false },
    },
  }
}

function written(method: string, path: string, request: Request, options: Options): Answer {
  if (request.headers()['x-csrf-token'] !== 'csrf-for-tests' && path !== '/session') {
    return problem(403, 'csrf', 'The token is missing.')
  }
  if (path === '/session' && method === 'POST')
    return { status: 200, body: data.sessionOf(options.who ?? 'admin', null) }
  if (path === '/activity')
    return {
      status: 200,
      body: { expires_at: data.inMinutes(51), remaining_seconds: 3060, idle_remaining_seconds: 900 },
    }
  if (path === '/mode' && options.inside) {
    options.inside = { ...options.inside, mode: 'change' }
    return { status: 200, body: options.inside }
  }
  if (path === '/impersonations') return { status: 201, body: data.visit() }
  if (path === '/mailboxes') return { status: 201, body: data.mailboxes[1] }
  if (path === '/domains') return { status: 201, body: data.domains[0] }
  if (path === '/accounts') return { status: 201, body: data.accounts[0] }
  if (path.startsWith('/accounts/')) return { status: 200, body: data.accounts[0] }
  if (path === '/files/content') return { status: 200, body: { path: '', size: 0, etag: '"f2"' } }
  return { status: 204 }
}

import { type APIRequestContext, type APIResponse, expect, request } from '@playwright/test'
import type { SessionInfo, Visit } from '../../src/api/types'
import type { House } from './house'

type StorageState = Awaited<ReturnType<APIRequestContext['storageState']>>

/** Wanted is what a test wants of a visit besides its account; the rest is the usual. */
export interface Wanted {
  mode?: 'look' | 'change'
  reason?: string
  ticket?: string
  return_to?: string
  request_id?: string
}

/** Api speaks for one person who is signed in, to arrange what a test needs and to look behind the pages. */
export class Api {
  readonly session: SessionInfo
  private readonly house: House
  private readonly requests: APIRequestContext

  private constructor(house: House, requests: APIRequestContext, session: SessionInfo) {
    this.house = house
    this.requests = requests
    this.session = session
  }

  /** signIn opens a session of its own for somebody of the demo. */
  static async signIn(house: House, name: string): Promise<Api> {
    const { login, password } = house.person(name)
    const requests = await request.newContext({ baseURL: house.url })
    const answer = await requests.post('/api/v1/session', { data: { login, password } })
    return new Api(house, requests, (await body(answer)) as SessionInfo)
  }

  /** storage is what a browser needs to be this person. */
  storage(): Promise<StorageState> {
    return this.requests.storageState()
  }

  async get<T>(path: string): Promise<T> {
    return (await body(await this.requests.get(path))) as T
  }

  async post<T>(path: string, data: object = {}): Promise<T> {
    return (await body(await this.send('POST', path, data))) as T
  }

  /** file reads a file of the own account. */
  async file(path: string): Promise<string> {
    const answer = await this.requests.get('/api/v1/files/content', { params: { path } })
    expect(answer.status()).toBe(200)
    return answer.text()
  }

  /** send makes a write as the panel does and returns the answer, whatever it is. */
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, data?: object | string): Promise<APIResponse> {
    const headers = { 'X-CSRF-Token': this.session.csrf_token }
    return this.requests.fetch(path, { method, headers, data })
  }

  /** visit starts a visit to somebody of the demo. */
  visit(subject: string, wanted: Wanted = {}): Promise<Visit> {
    return this.post('/api/v1/impersonations', {
      account_id: this.house.person(subject).account_id,
      reason_code: 'customer_request',
      reason: 'The opening hours on the site are wrong',
      mode: 'look',
      informed: 'asked',
      return_to: '/accounts',
      ...wanted,
    })
  }

  /** leave ends a visit of this person, which may be over already. */
  leave(visit: Pick<Visit, 'base_url'>): Promise<unknown> {
    return this.post(`${visit.base_url}/stop`)
  }

  /** leaveAll ends every visit that is running, whoever made it. */
  async leaveAll(): Promise<void> {
    const { impersonations } = await this.get<{ impersonations: Visit[] }>(
      '/api/v1/impersonations?state=active&page_size=100',
    )
    for (const { id } of impersonations) await this.post(`/api/v1/impersonations/${id}/end`)
  }

  /** sessionsEnded are the login sessions that have ended since then, whoever ended them. */
  async sessionsEnded(since: Date): Promise<Set<string>> {
    const asked = new URLSearchParams({ event: 'session.end', from: since.toISOString(), page_size: '100' })
    const { events } = await this.get<{ events: { object: { id: string } }[] }>(`/api/v1/activity?${asked}`)
    return new Set(events.map(({ object }) => object.id))
  }

  close(): Promise<void> {
    return this.requests.dispose()
  }
}

async function body(answer: APIResponse): Promise<unknown> {
  const text = await answer.text()
  if (!answer.ok()) throw new Error(`${answer.url()} answered ${answer.status()}: ${text}`)
  return text ? JSON.parse(text) : null
}

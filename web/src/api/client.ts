import createClient, { type Middleware } from 'openapi-fetch'
import { base } from '../boot'
import { emit } from './events'
import { ApiError, noAnswer, type Problem, readProblem } from './problem'
import type { paths } from './schema'

/** The CSRF token lives here and nowhere else: a copy in storage would outlive the session. */
let csrfToken = ''

export function setCsrfToken(token: string): void {
  csrfToken = token
}

const reading = new Set(['GET', 'HEAD'])

/** withToken adds what a write by cookie must carry. */
export function withToken(method: string, headers: Headers): Headers {
  if (!reading.has(method.toUpperCase()) && csrfToken) headers.set('X-CSRF-Token', csrfToken)
  return headers
}

/** notice tells the page what an answer means beyond the request it answers. */
export function notice(response: Response, problem: Problem | null): void {
  const remaining = response.headers.get('Impersonation-Remaining')
  if (remaining !== null && Number.isFinite(Number(remaining))) emit('visitRemaining', Number(remaining))
  if (!problem) return
  if (problem.code === 'impersonation-ended') emit('visitEnded', problem)
  if (problem.code === 'unauthenticated') emit('signedOut', undefined)
}

/** problemFrom reads the problem out of an answer that is not a success. */
export async function problemFrom(response: Response): Promise<Problem> {
  const body = await response
    .clone()
    .json()
    .catch(() => null)
  return readProblem(response.status, body, response.statusText)
}

const middleware: Middleware = {
  onRequest({ request }) {
    withToken(request.method, request.headers)
    return request
  },
  async onResponse({ response }) {
    const problem = response.ok ? null : await problemFrom(response)
    notice(response, problem)
    if (problem) throw new ApiError(problem)
  },
  onError() {
    return new ApiError(noAnswer())
  },
}

/** apiBase is where the API answers for this page: the person's own, or the visit's. */
export const apiBase = `${base}/api/v1`

export const api = createClient<paths>({ baseUrl: apiBase, credentials: 'same-origin' })
api.use(middleware)

/** ok returns the data of an answer; anything but a success was thrown by the middleware. */
export async function ok<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}

/** send makes a request that the typed client does not describe: raw bytes, and the visit's own addresses. */
export async function send(method: string, url: string, init: RequestInit = {}): Promise<Response> {
  const headers = withToken(method, new Headers(init.headers))
  let response: Response
  try {
    response = await fetch(url, { ...init, method, headers, credentials: 'same-origin' })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(noAnswer())
  }
  const problem = response.ok ? null : await problemFrom(response)
  notice(response, problem)
  if (problem) throw new ApiError(problem)
  return response
}

import createClient, { type Middleware } from 'openapi-fetch'
import { base } from '../boot'
import { emit } from './events'
import { parseInert } from './inert'
import { ApiError, isSignedOut, noAnswer, type Problem, readProblem } from './problem'
import { askForProof, proofs, provedSince } from './proof'
import type { paths } from './schema'
import type { Lists } from './types'

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
  if (isSignedOut(problem)) emit('signedOut', undefined)
}

/** problemFrom reads the problem out of an answer that is not a success. */
export async function problemFrom(response: Response): Promise<Problem> {
  const body = await response
    .clone()
    .json()
    .catch(() => null)
  return readProblem(response.status, body, response.statusText)
}

/**
 * harmless makes the texts of an answer inert. Names of files stay as they are, because they are sent back
 * to say which file is meant: the file manager shows them inert itself.
 */
async function harmless(request: Request, response: Response): Promise<Response | undefined> {
  const json = response.headers.get('Content-Type')?.includes('json')
  if (!json || new URL(request.url).pathname.endsWith('/files')) return undefined
  const { status, headers } = response
  return new Response(JSON.stringify(parseInert(await response.text())), { status, headers })
}

const middleware: Middleware = {
  onRequest({ request }) {
    withToken(request.method, request.headers)
    return request
  },
  async onResponse({ request, response }) {
    const problem = response.ok ? null : await problemFrom(response)
    notice(response, problem)
    if (problem) throw new ApiError(problem)
    return harmless(request, response)
  },
  onError() {
    return new ApiError(noAnswer())
  },
}

/** renewToken asks for the CSRF token of the cookie as it is now: another tab may have changed it. */
export async function renewToken(): Promise<boolean> {
  const response = await fetch(`${apiBase}/session`, { credentials: 'same-origin' }).catch(() => null)
  const token = response?.ok ? (await response.json()).csrf_token : null
  if (typeof token !== 'string' || token === csrfToken) return false
  setCsrfToken(token)
  return true
}

/** provedElsewhere: another tab has just proved who is here, and the cookie of now is another one. */
async function provedElsewhere(): Promise<boolean> {
  if (csrfToken === '') return false // nobody was here
  await new Promise((resolve) => setTimeout(resolve, 300)) // its answer may still be on the way
  return renewToken()
}

/**
 * answered makes a request, does what the answer asks for first, and then makes the request once more, so that
 * nothing typed is lost: the password is asked for again, or the token of the session as it is now is taken.
 */
async function answered(make: () => Promise<Response>): Promise<Response> {
  const before = proofs()
  const response = await make()
  if (response.status !== 401 && response.status !== 403) return response
  const { code } = await problemFrom(response)
  const again =
    (code === 'csrf-token' && (await renewToken())) ||
    (code === 'step-up-required' && (await askForProof())) ||
    (code === 'unauthenticated' && ((await provedSince(before)) || (await provedElsewhere())))
  return again ? make() : response
}

/** apiBase is where the API answers for this page: the person's own, or the visit's. */
export const apiBase = `${base}/api/v1`

/** Paths are the API's, without the prefix that apiBase already is. */
type Paths = { [Path in keyof paths as Path extends `/api/v1${infer Rest}` ? Rest : never]: paths[Path] }

export const api = createClient<Paths>({
  baseUrl: apiBase,
  credentials: 'same-origin',
  fetch: (request: Request) =>
    answered(() => {
      const copy = request.clone() // a body can be sent but once
      withToken(copy.method, copy.headers)
      return fetch(copy)
    }),
})
api.use(middleware)

/** ok returns the data of an answer; anything but a success was thrown by the middleware. */
export async function ok<T>(answer: Promise<{ data?: T }>): Promise<Lists<T>> {
  return (await answer).data as Lists<T>
}

/** send makes a request that the typed client does not describe: raw bytes, and the visit's own addresses. */
export async function send(method: string, url: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await answered(() => {
      const headers = withToken(method, new Headers(init.headers))
      return fetch(url, { ...init, method, headers, credentials: 'same-origin' })
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(noAnswer())
  }
  const problem = response.ok ? null : await problemFrom(response)
  notice(response, problem)
  if (problem) throw new ApiError(problem)
  return response
}

import { afterEach, expect, test, vi } from 'vitest'
import { api, notice, send, setCsrfToken, withToken } from './client'
import { on } from './events'
import { inert, parseInert } from './inert'
import { ApiError, readProblem } from './problem'

afterEach(() => {
  setCsrfToken('')
  vi.unstubAllGlobals()
})

test('writes carry the token, reads do not', () => {
  setCsrfToken('secret')
  expect(withToken('POST', new Headers()).get('X-CSRF-Token')).toBe('secret')
  expect(withToken('delete', new Headers()).get('X-CSRF-Token')).toBe('secret')
  expect(withToken('GET', new Headers()).get('X-CSRF-Token')).toBeNull()
})

test('notice tells the page what concerns all of it', () => {
  const heard: unknown[] = []
  const stops = [
    on('visitRemaining', (left) => heard.push(left)),
    on('signedOut', () => heard.push('signed out')),
    on('visitEnded', (problem) => heard.push(problem.code)),
  ]
  const answer = (headers: Record<string, string>) => new Response(null, { headers })
  notice(answer({ 'Impersonation-Remaining': '720' }), null)
  notice(answer({ 'Impersonation-Remaining': 'soon' }), null)
  notice(answer({}), readProblem(401, { code: 'sign-in-failed' }))
  notice(answer({}), readProblem(401, { code: 'unauthenticated' }))
  notice(answer({}), readProblem(410, { code: 'impersonation-ended' }))
  for (const stop of stops) stop()
  expect(heard).toEqual([720, 'signed out', 'impersonation-ended'])
})

test('the end of a visit is told to those who listen late, too', () => {
  notice(new Response(), readProblem(410, { code: 'impersonation-ended', end_reason: 'idle' }))
  const late = vi.fn()
  on('visitEnded', late)()
  expect(late).toHaveBeenCalledOnce()
})

test('send throws the problem of an answer, and one of its own where there is none', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"code":"file-changed"}', { status: 412 })))
  await expect(send('PUT', '/x')).rejects.toMatchObject({ code: 'file-changed', status: 412 })
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const failure = await send('GET', '/x').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ApiError)
  expect((failure as ApiError).code).toBe('no-answer')
})

test('texts of an answer cannot turn the writing around them', () => {
  expect(inert('Eve \u202Elive\u2069')).toBe('Eve \uFFFDlive\uFFFD')
  expect(inert('שלום, 👋🏽 ok')).toBe('שלום, 👋🏽 ok')
  expect(parseInert('{"a":["x\\u202Ey"],"n":1,"z":null}')).toEqual({ a: ['x\uFFFDy'], n: 1, z: null })
})

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ code }), { status, headers: { 'Content-Type': 'application/problem+json' } })
const json = (body: object) =>
  new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })

test('a write whose token is out of date is made again with the one of now, its body whole', async () => {
  setCsrfToken('old')
  const sent: [string, string | null, string][] = []
  vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit) => {
    const request = new Request(new URL(input instanceof Request ? input.url : input, 'http://panel.test'), {
      ...(input instanceof Request ? { method: input.method, headers: input.headers } : init),
    })
    const body = input instanceof Request ? await input.text() : ''
    sent.push([request.method, request.headers.get('X-CSRF-Token'), body])
    if (request.method === 'GET') return json({ csrf_token: 'new' })
    return request.headers.get('X-CSRF-Token') === 'new' ? json({}) : problem(403, 'csrf-token')
  })
  await api.POST('/files/folder', { baseUrl: 'http://panel.test/api/v1', body: { path: '/x' } })
  expect(sent).toEqual([
    ['POST', 'old', '{"path":"/x"}'],
    ['GET', null, ''],
    ['POST', 'new', '{"path":"/x"}'],
  ])
})

test('a refusal that nothing can be done about is made once', async () => {
  setCsrfToken('right')
  const fetch = vi.fn((input: unknown) =>
    Promise.resolve(
      String(input).endsWith('/session') ? json({ csrf_token: 'right' }) : problem(403, 'csrf-token'),
    ),
  )
  vi.stubGlobal('fetch', fetch)
  await expect(send('PUT', '/x')).rejects.toMatchObject({ code: 'csrf-token' })
  expect(fetch).toHaveBeenCalledTimes(2)
})

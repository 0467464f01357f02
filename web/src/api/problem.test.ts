import { describe, expect, test } from 'vitest'
import { ApiError, isProblem, problemOf, readProblem } from './problem'
import { fieldErrors, sayProblem } from './words'

describe('readProblem', () => {
  test('reads a problem with fields and what else it says', () => {
    const problem = readProblem(410, {
      type: 'about:blank',
      title: 'Gone',
      status: 410,
      code: 'impersonation-ended',
      detail: 'This visit has ended.',
      request_id: 'req_1',
      end_reason: 'idle',
      return_to: '/accounts',
    })
    expect(problem).toMatchObject({ status: 410, code: 'impersonation-ended', requestId: 'req_1' })
    expect(problem.more).toEqual({ end_reason: 'idle', return_to: '/accounts' })
  })
  test('makes something of what is no problem', () => {
    expect(readProblem(502, '<html>', 'Bad Gateway')).toMatchObject({
      code: 'http-502',
      title: 'Bad Gateway',
      fields: [],
    })
    expect(readProblem(500, { code: 7, errors: 'no' })).toMatchObject({ code: 'http-500', fields: [] })
  })
  test.each([
    ['/email', 'email'],
    ['body.email', 'email'],
    ['/body/owner/id', 'id'],
    ['', ''],
  ])('the pointer %j is the field %j', (pointer, field) => {
    expect(readProblem(422, { errors: [{ pointer, detail: 'x' }] }).fields[0]?.field).toBe(field)
  })
})

test('problemOf knows its own errors, a network that is away, and anything else', () => {
  const own = new ApiError(readProblem(403, { code: 'impersonation-denied', detail: 'No.' }))
  expect(problemOf(own).code).toBe('impersonation-denied')
  expect(isProblem(own, 'impersonation-denied')).toBe(true)
  expect(isProblem(new Error('x'), 'impersonation-denied')).toBe(false)
  expect(problemOf(new TypeError('Failed to fetch')).code).toBe('no-answer')
  expect(problemOf('odd')).toMatchObject({ code: 'unexpected', detail: 'odd' })
})

describe('sayProblem', () => {
  const said = (status: number, body: object) => sayProblem(new ApiError(readProblem(status, body)))
  test('the server’s sentence comes first', () => {
    const detail = "You don't have permission to impersonate this user."
    expect(said(403, { code: 'impersonation-denied', detail })).toBe(detail)
  })
  test('a known code without a sentence has ours', () => {
    expect(said(403, { code: 'read-only-visit' })).toBe('This visit is view only.')
  })
  test('a bare status still says something', () => {
    expect(said(503, {})).toMatch(/busy or being maintained/)
    expect(said(418, {})).toBe('It did not work (status 418).')
  })
})

describe('fieldErrors', () => {
  const error = (errors: object[], detail = '') =>
    new ApiError(readProblem(422, { code: 'invalid', detail, errors }))
  test('each field has its first complaint and nothing is left', () => {
    const two = error([
      { pointer: '/email', detail: 'In use.' },
      { pointer: '/email', detail: 'Odd.' },
    ])
    expect(fieldErrors(two, ['email'])).toEqual({ fields: { email: 'In use.' }, rest: null })
  })
  test('what belongs to no field of the form is said beside it', () => {
    const mixed = error([
      { pointer: '/email', detail: 'In use.' },
      { pointer: '/kind', detail: 'Not for you.' },
    ])
    expect(fieldErrors(mixed, ['email'])).toEqual({ fields: { email: 'In use.' }, rest: 'Not for you.' })
  })
  test('a complaint without fields is said whole', () => {
    expect(fieldErrors(error([], 'The plan is full.'), ['email'])).toEqual({
      fields: {},
      rest: 'The plan is full.',
    })
  })
})

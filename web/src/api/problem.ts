/** Problem is the body of an answer that is not a success (RFC 9457, with a code of ours). */
export interface Problem {
  status: number
  code: string
  title: string
  detail: string
  requestId: string | null
  fields: FieldProblem[]
  /** Whatever else the answer said, for the few codes that say more. */
  more: Record<string, unknown>
}

export interface FieldProblem {
  /** field is the last name in the pointer: "/email" and "body.email" are both "email". */
  field: string
  code: string
  detail: string
}

/** isSignedOut: nobody is signed in, or the session is over. */
export function isSignedOut({ code }: Pick<Problem, 'code'>): boolean {
  return code === 'unauthenticated' || code === 'session-ended'
}

/** ApiError is thrown for every answer that is not a success, and for answers that never came. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.name = 'ApiError'
    this.problem = problem
  }

  get code(): string {
    return this.problem.code
  }

  get status(): number {
    return this.problem.status
  }
}

/** readProblem makes a Problem of whatever an answer held: problem+json, a proxy's page, or nothing. */
export function readProblem(status: number, body: unknown, statusText = ''): Problem {
  const said = isRecord(body) ? body : {}
  const {
    type: _type,
    title,
    status: _status,
    detail,
    code,
    request_id,
    errors,
    instance: _i,
    ...more
  } = said
  return {
    status,
    code: text(code) || `http-${status}`,
    title: text(title) || statusText,
    detail: text(detail),
    requestId: text(request_id) || null,
    fields: Array.isArray(errors) ? errors.filter(isRecord).map(readField) : [],
    more,
  }
}

/** noAnswer is the problem of a request that got no answer at all. */
export function noAnswer(): Problem {
  return { status: 0, code: 'no-answer', title: '', detail: '', requestId: null, fields: [], more: {} }
}

/** problemOf returns the problem of anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  if (error instanceof TypeError) return noAnswer()
  const detail = error instanceof Error ? error.message : String(error)
  return { ...noAnswer(), code: 'unexpected', detail }
}

/** isProblem says whether an error is the server's answer with that code. */
export function isProblem(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.code === code
}

function readField(error: Record<string, unknown>): FieldProblem {
  const pointer = text(error.pointer) || text(error.location)
  const parts = pointer.split(/[/.]/).filter((part) => part !== '' && part !== 'body')
  return {
    field: parts.at(-1) ?? '',
    code: text(error.code),
    detail: text(error.detail) || text(error.message),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

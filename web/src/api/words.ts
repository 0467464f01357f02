import { maybe } from '../i18n'
import { common } from '../i18n/common'
import { type Problem, problemOf } from './problem'

/**
 * sayProblem says what went wrong in a sentence for people: the server's own where it sent one,
 * ours for the codes whose answer comes from somewhere that cannot write sentences.
 */
export function sayProblem(error: unknown): string {
  const problem = problemOf(error)
  const values = { detail: problem.detail, status: problem.status }
  const ours = maybe('common', `problem.${problem.code}`, values)
  return problem.detail || ours || problem.title || byStatus(problem)
}

function byStatus(problem: Problem): string {
  return (
    maybe('common', `problem.http-${problem.status}`) ??
    common.t()('problem.unknown', { status: problem.status })
  )
}

/** sayFields says what is wrong with each field, where there is no field to write it beside. */
export function sayFields(error: unknown): string {
  return fieldErrors(error, []).rest ?? sayProblem(error)
}

/** fieldErrors gives each field's first complaint, for Mantine's form.setErrors, and what belongs to no field. */
export function fieldErrors(
  error: unknown,
  known: readonly string[],
): { fields: Record<string, string>; rest: string | null } {
  const problem = problemOf(error)
  const fields: Record<string, string> = {}
  const others: string[] = []
  for (const each of problem.fields) {
    if (!known.includes(each.field)) others.push(each.detail)
    else fields[each.field] ??= each.detail
  }
  if (Object.keys(fields).length > 0 && others.length === 0) return { fields, rest: null }
  return { fields, rest: others.filter(Boolean).join(' ') || sayProblem(error) }
}

import { common } from '../i18n/common'

/** FieldChange is one line of before → after. */
export interface FieldChange {
  field: string
  before: string
  after: string
}

/** fieldChanges compares what was recorded before and after, field by field; what is equal is left out. */
export function fieldChanges(before: unknown, after: unknown): FieldChange[] {
  const was = asRecord(before)
  const is = asRecord(after)
  if (!was && !is) {
    const pair = { field: '', before: said(before), after: said(after) }
    return pair.before === pair.after ? [] : [pair]
  }
  const names = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])]
  return names
    .filter((field) => !field.endsWith('_id')) // a name says more than an id, and is recorded beside it
    .map((field) => ({ field: fieldName(field), before: said(was?.[field]), after: said(is?.[field]) }))
    .filter((change) => change.before !== change.after)
}

/** fieldName writes a field for people: "document_root" is "Document root". */
export function fieldName(field: string): string {
  const words = field.replace(/_/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function said(value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return common.t()(value ? 'yes' : 'no')
  if (Array.isArray(value)) return value.map(said).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

import { maybe } from '../i18n'
import { common } from '../i18n/common'
import { bytes } from '../i18n/format'

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
  const fields = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])]
  return fields
    .filter((field) => !field.endsWith('_id') && !unsaid.includes(field))
    .map((field) => ({
      field: fieldName(field),
      before: saidOf(field, was?.[field]),
      after: saidOf(field, is?.[field]),
    }))
    .filter((change) => change.before !== change.after)
}

/** What says nothing to people: a name stands beside each id, a size beside each checksum. */
const unsaid = ['sha256', 'etag']

const names: Record<string, string> = { ttl: 'TTL', ip: 'IP', email: 'E-mail' }

function saidOf(field: string, value: unknown): string {
  const isSize = field === 'size' || field.endsWith('_bytes')
  if (isSize && typeof value === 'number') return bytes(value)
  if (field === 'kind' && typeof value === 'string') return maybe('common', `kind.${value}`) ?? value
  if (field === 'status' && typeof value === 'string') return fieldName(value)
  return said(value)
}

/** fieldName writes a field for people: "document_root" is "Document root". */
export function fieldName(field: string): string {
  const known = names[field]
  if (known) return known
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

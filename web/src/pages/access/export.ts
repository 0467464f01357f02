import { api, ok } from '../../api/client'
import type { AccessVisit, ActivityEvent } from '../../api/types'

interface History {
  visits: AccessVisit[]
  direct_changes: ActivityEvent[]
}

/** everything reads all pages of who was here. */
export async function everything(period: { from?: string; to?: string }): Promise<History> {
  const all: History = { visits: [], direct_changes: [] }
  let cursor: string | undefined
  do {
    const query = { ...period, cursor, page_size: 200 }
    const page = await ok(api.GET('/me/access-history', { params: { query } }))
    all.visits.push(...page.visits)
    all.direct_changes.push(...page.direct_changes)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return all
}

const columns = [
  'from',
  'to',
  'who',
  'role',
  'employer',
  'why',
  'ticket',
  'ended',
  'seconds',
  'changes',
  'what',
] as const

/** table writes who was here as CSV: a line for each visit, and for each thing done without one. */
export function table({ visits, direct_changes }: History): string {
  const rows = [
    ...visits.map((visit) => [
      visit.started_at,
      visit.ended_at,
      visit.actor.name,
      visit.actor.role,
      visit.actor.employer,
      visit.reason,
      visit.ticket,
      visit.end_reason,
      visit.duration_seconds,
      visit.change_count,
      'visit',
    ]),
    ...direct_changes.map((event) => [
      event.at,
      event.at,
      event.actor.name,
      event.actor.role,
      event.actor.employer,
      event.texts_erased_at ? `erased on ${event.texts_erased_at.slice(0, 10)}` : event.reason,
      '',
      '',
      '',
      '',
      event.sentence,
    ]),
  ]
  const newestFirst = rows.sort((a, b) => String(b[0]).localeCompare(String(a[0])))
  return [[...columns], ...newestFirst].map((row) => row.map(cell).join(',')).join('\r\n')
}

/** cell makes a value harmless to spreadsheets: what begins like a formula is a text (OWASP, CSV injection). */
export function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  const inert = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return `"${inert.replace(/"/g, '""')}"`
}

/** save gives the text to the browser as a file. */
export function save(name: string, type: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

import { Text } from '@mantine/core'
import type { ActivityEvent } from '../../api/types'
import type { Column } from '../../ui/Listing'
import { Moment } from '../../ui/Moment'
import { EventLine, Who } from './EventLine'
import { activityTexts } from './texts'

/** columnNames are what the log can show, in their order; those of a file beside them. */
const columnNames = {
  what: ['sentence'],
  who: ['actor', 'actor_role', 'employer'],
  as: ['subject'],
  account: ['account'],
  object: ['object_kind', 'object'],
  reason: ['reason'],
  ip: ['ip'],
  request: ['request_id'],
  event: ['action', 'result'],
  at: ['at'],
} as const

export type ColumnName = keyof typeof columnNames

export const allColumns = Object.keys(columnNames) as ColumnName[]

const usual: readonly ColumnName[] = ['what', 'who', 'at']

/** chosenColumns reads the choice in the address; without one it is the usual. */
export function chosenColumns(columns: string | undefined): readonly ColumnName[] {
  const named = columns?.split(',') ?? []
  const known = allColumns.filter((name) => named.includes(name))
  return known.length > 0 ? known : usual
}

/** columnsWord is the choice for the address; the usual one needs none. */
export function columnsWord(columns: readonly ColumnName[]): string | undefined {
  const word = allColumns.filter((name) => columns.includes(name)).join(',')
  return word === usual.join(',') ? undefined : word
}

/** fileColumns are the columns of a file that shows the same. */
export function fileColumns(columns: readonly ColumnName[]): string[] {
  return columns.flatMap((name) => [...columnNames[name]])
}

/** useColumns returns the chosen columns of the table. */
export function useColumns(columns: readonly ColumnName[]): Column<ActivityEvent>[] {
  const t = activityTexts.useT()
  return columns.map((name) => ({
    key: name,
    title: t(`column.${name}`),
    width: widths[name],
    least: least[name],
    from: name === 'who' ? 'md' : undefined,
    render: (event) => <Cell event={event} column={name} />,
  }))
}

const widths: Partial<Record<ColumnName, number>> = { who: 210, at: 165, ip: 140, event: 190, request: 190 }

/** least is what a column that shares the rest of the room needs to be read. */
const least: Partial<Record<ColumnName, number>> = {
  what: 280,
  as: 150,
  account: 150,
  object: 170,
  reason: 220,
}

function Cell({ event, column }: { event: ActivityEvent; column: ColumnName }) {
  switch (column) {
    case 'what':
      return <EventLine event={event} />
    case 'who':
      return <Who event={event} />
    case 'at':
      return <Moment at={event.at} />
    case 'request':
    case 'event':
      return (
        <Text size="xs" ff="monospace" className="ik-said">
          {column === 'event' ? event.action : event.request_id}
        </Text>
      )
    default:
      return (
        <Text size="sm" className="ik-said">
          {said(event, column)}
        </Text>
      )
  }
}

function said(event: ActivityEvent, column: 'as' | 'account' | 'object' | 'reason' | 'ip'): string {
  switch (column) {
    case 'as':
      return event.subject.name
    case 'account':
      return event.account.name
    case 'object':
      return event.object.name
    default:
      return event[column]
  }
}

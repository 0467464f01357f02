import { ActionIcon, Skeleton, Text, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconChevronRight } from '@tabler/icons-react'
import { clsx } from 'clsx'
import { DataTable, type DataTableColumn } from 'mantine-datatable'
import 'mantine-datatable/styles.css'
import { type ReactNode, useState } from 'react'
import { problemOf } from '../api/problem'
import { common } from '../i18n/common'
import classes from './Listing.module.css'
import { PageButtons } from './Pages'
import type { Paging } from './paging'
import { Failure, FilteredEmpty, RefusedFilters } from './states'

export interface Column<T> {
  key: string
  title: string
  render: (row: T) => ReactNode
  /** The name the server sorts by. */
  sort?: string
  width?: number | string
  /** No narrower than this: the table rather moves sideways. */
  least?: number
  /** Left out on narrow screens: 'md' keeps it from 62em on, 'lg' from 75em, 'xl' from 88em. */
  from?: 'md' | 'lg' | 'xl'
  right?: boolean
}

interface Question {
  error: unknown
  isPending: boolean
  isPlaceholderData?: boolean
  refetch: () => unknown
}

interface Props<T> {
  /** What the list is called for those who hear it. */
  label: string
  query: Question
  rows: readonly T[] | undefined
  idOf: (row: T) => string
  columns: readonly Column<T>[]
  /** What a row shows on a phone. */
  card: (row: T) => ReactNode
  /** What can be done with a row: a menu, at its end. */
  actions?: (row: T) => ReactNode
  /** What a click anywhere in the row does. The name in the row is a link of its own, for the keyboard. */
  onOpen?: (row: T) => void
  empty: ReactNode
  filters?: { active: boolean; clear: () => void; hint?: ReactNode }
  /** "name" or "-name". */
  sort?: string
  onSort?: (sort: string) => void
  paging?: Paging
  /** Several rows chosen at once, where there is room for boxes. */
  selection?: { selected: T[]; onSelect: (rows: T[]) => void; labelOf: (row: T) => string }
  /** What a row shows when it is opened. */
  expand?: (row: T) => ReactNode
}

/** Listing is every table of the panel: rows where there is room, cards on a phone, and all it can be besides full. */
export function Listing<T>(props: Props<T>) {
  const { query, rows, filters, paging } = props
  const wide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  if (query.isPending) return <Loading />
  if (query.error && !rows) {
    return (
      <div className={classes.frame}>
        {filters?.active && problemOf(query.error).status === 422 ? (
          <RefusedFilters error={query.error} clear={filters.clear} />
        ) : (
          <Failure error={query.error} retry={() => query.refetch()} />
        )}
      </div>
    )
  }
  const shown = rows ?? []
  return (
    <div className={classes.frame}>
      {shown.length === 0 ? (
        filters?.active ? (
          <FilteredEmpty clear={filters.clear} hint={filters.hint} />
        ) : (
          props.empty
        )
      ) : (
        <div className={clsx(query.isPlaceholderData && classes.stale)}>
          {wide ? <Rows {...props} rows={shown} /> : <Cards {...props} rows={shown} />}
        </div>
      )}
      {paging && (paging.next || paging.first) && (
        <Pager paging={paging} count={shown.length} label={props.label} />
      )}
    </div>
  )
}

type Full<T> = Props<T> & { rows: readonly T[] }

function Rows<T>({ rows, columns, actions, idOf, onOpen, sort, onSort, expand, label, selection }: Full<T>) {
  const t = common.useT()
  const by = sort?.replace(/^-/, '')
  const [open, setOpen] = useState<unknown[]>([])
  const toggle = (id: string) =>
    setOpen((now) => (now.includes(id) ? now.filter((each) => each !== id) : [...now, id]))
  const sorted = columns.find((column) => column.sort && column.sort === by)
  const shown: DataTableColumn<T>[] = columns.map((column) => ({
    accessor: column.key as never,
    title: column.title,
    render: column.render,
    sortable: Boolean(column.sort && onSort),
    width: column.width,
    cellsStyle: column.least ? () => ({ minWidth: column.least }) : undefined,
    textAlign: column.right ? 'right' : 'left',
    visibleMediaQuery: column.from && ((theme) => `(min-width: ${theme.breakpoints[column.from ?? 'md']})`),
  }))
  if (expand) {
    shown.unshift({
      accessor: '__expand' as never,
      title: <VisuallyHidden>{t('list.details')}</VisuallyHidden>,
      render: (row) => <Unfold opened={open.includes(idOf(row))} toggle={() => toggle(idOf(row))} />,
      width: 48,
    })
  }
  if (actions) {
    shown.push({
      accessor: '__actions' as never,
      title: <VisuallyHidden>{t('list.actionsHead')}</VisuallyHidden>,
      render: (row) => (
        // A click on the menu is no click on the row.
        // biome-ignore lint/a11y/noStaticElementInteractions: it only stops what the row would do
        // biome-ignore lint/a11y/useKeyWithClickEvents: the row has no key of its own to stop
        <div onClick={(event) => event.stopPropagation()}>{actions(row)}</div>
      ),
      width: 56,
      textAlign: 'right',
    })
  }
  return (
    <DataTable<T>
      records={rows as T[]}
      columns={shown}
      idAccessor={idOf}
      highlightOnHover
      highlightOnHoverColor="var(--ik-hover)"
      verticalSpacing={9}
      horizontalSpacing="md"
      rowBorderColor="var(--ik-line)"
      minHeight={0}
      pinLastColumn={Boolean(actions)}
      emptyState={<Nothing />}
      aria-label={label}
      sortStatus={{
        columnAccessor: (sorted?.key ?? '') as never,
        direction: sort?.startsWith('-') ? 'desc' : 'asc',
      }}
      onSortStatusChange={(status) => {
        const column = columns.find((each) => each.key === status.columnAccessor)
        if (column?.sort) onSort?.(status.direction === 'desc' ? `-${column.sort}` : column.sort)
      }}
      {...(selection && {
        selectedRecords: selection.selected,
        onSelectedRecordsChange: selection.onSelect,
        allRecordsSelectionCheckboxProps: { 'aria-label': t('list.selectAll') },
        getRecordSelectionCheckboxProps: (row: T) => ({
          'aria-label': t('list.select', { name: selection.labelOf(row) }),
        }),
      })}
      onRowClick={onOpen ? ({ record, event }) => opens(event.target) && onOpen(record) : undefined}
      rowExpansion={
        expand
          ? {
              allowMultiple: true,
              trigger: 'click',
              expanded: { recordIds: open, onRecordIdsChange: setOpen },
              content: ({ record }) => <div className={classes.opened}>{expand(record)}</div>,
            }
          : undefined
      }
    />
  )
}

/** Nothing is what the table shows without rows: it would be hidden from eyes alone, and our own stands instead. */
const Nothing = () => null

function Unfold({ opened, toggle }: { opened: boolean; toggle: () => void }) {
  const t = common.useT()
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-expanded={opened}
      aria-label={t('list.details')}
      onClick={(event) => {
        event.stopPropagation()
        toggle()
      }}
    >
      <IconChevronRight
        size={16}
        aria-hidden="true"
        className={clsx(classes.unfold, opened && classes.unfolded)}
      />
    </ActionIcon>
  )
}

/** opens says whether a click belongs to the row: not to a link or button in it, nor to text being selected. */
function opens(target: EventTarget): boolean {
  if (target instanceof Element && target.closest('a, button, input, [role="menuitem"]')) return false
  return !window.getSelection()?.toString()
}

function Cards<T>({ rows, card, actions, idOf, label, expand }: Full<T>) {
  const t = common.useT()
  return (
    <ul className={classes.cards} aria-label={label}>
      {rows.map((row) => (
        <li key={idOf(row)}>
          <div className={classes.cardRow}>
            <div>
              {card(row)}
              {expand && (
                <details className={classes.fold}>
                  <summary>{t('list.details')}</summary>
                  <div className={classes.opened}>{expand(row)}</div>
                </details>
              )}
            </div>
            {actions?.(row)}
          </div>
        </li>
      ))}
    </ul>
  )
}

function Pager({ paging, count, label }: { paging: Paging; count: number; label: string }) {
  const t = common.useT()
  return (
    <nav className={clsx(classes.pager, 'ik-no-print')} aria-label={`${label}: ${t('list.pages')}`}>
      <Text size="xs" c="dimmed">
        {t('list.shown', { count })}
      </Text>
      <PageButtons paging={paging} />
    </nav>
  )
}

function Loading() {
  const t = common.useT()
  return (
    <div className={classes.frame} aria-busy="true">
      <VisuallyHidden role="status">{t('list.loading')}</VisuallyHidden>
      <div className={classes.skeleton}>
        {['62%', '48%', '70%', '55%', '66%', '42%'].map((width) => (
          <Skeleton key={width} height={14} width={width} radius="sm" />
        ))}
      </div>
    </div>
  )
}

import { Text } from '@mantine/core'
import { IconBook2 } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import type { Visit } from '../../api/types'
import { duration } from '../../i18n/format'
import { type Column, Listing } from '../../ui/Listing'
import { Moment } from '../../ui/Moment'
import { usePaging } from '../../ui/paging'
import { Empty } from '../../ui/states'
import { howItEnded, secondsInside, visitSentence } from '../../visit/sentence'
import { utcOffset } from '../../visit/weeks'
import { Actor, Headline, Reason, Subject } from './parts'
import { visitsTexts } from './texts'

interface Props {
  filter: {
    account_id?: string
    actor_id?: string
    since?: string
    flag?: 'no_ticket' | 'off_hours' | 'repeated' | 'long_idle'
  }
  cursor: string | undefined
  go: (cursor: string | undefined) => void
  onClear?: () => void
  hideSubject?: boolean
}

/** VisitHistory lists the visits that are over. */
export function VisitHistory({ filter, cursor, go, onClear, hideSubject }: Props) {
  const t = visitsTexts.useT()
  const navigate = useNavigate()
  const query = useQuery({
    queryKey: ['impersonations', 'ended', filter, cursor],
    queryFn: () =>
      ok(
        api.GET('/impersonations', {
          params: {
            query: {
              state: 'ended',
              page_size: 50,
              cursor,
              utc_offset_minutes: filter.flag && utcOffset(new Date()),
              ...filter,
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  })
  const paging = usePaging(cursor, query.data?.next_cursor, go)
  const columns: (Column<Visit> | false | undefined)[] = [
    {
      key: 'actor',
      title: t('column.actor'),
      width: '19%',
      render: (visit) => <Actor visit={visit} linked />,
    },
    !hideSubject && {
      key: 'subject',
      title: t('column.subject'),
      width: '16%',
      render: (visit) => <Subject visit={visit} />,
    },
    { key: 'reason', title: t('column.reason'), from: 'md', render: (visit) => <Reason visit={visit} /> },
    {
      key: 'started',
      title: t('column.started'),
      width: 150,
      render: (visit) => <Moment at={visit.started_at} />,
    },
    {
      key: 'duration',
      title: t('column.duration'),
      width: 130,
      render: (visit) => duration(secondsInside(visit)),
    },
    { key: 'how', title: t('column.how'), from: 'lg', render: (visit) => howItEnded(visit) },
    {
      key: 'changes',
      title: t('column.changes'),
      width: 100,
      right: true,
      render: (visit) => visit.change_count,
    },
  ]
  return (
    <Listing<Visit>
      label={t('tabs.history')}
      query={query}
      rows={query.data?.impersonations}
      idOf={(visit) => visit.id}
      paging={paging}
      filters={onClear ? { active: true, clear: onClear } : undefined}
      onOpen={(visit) => void navigate({ to: '/impersonations/$id', params: { id: visit.id } })}
      columns={columns.filter((column) => typeof column === 'object')}
      card={(visit) => (
        <>
          {hideSubject ? <Actor visit={visit} linked /> : <Headline visit={visit} />}
          <Reason visit={visit} />
          <Text size="xs" c="dimmed" mt={2}>
            {visitSentence(visit)}
          </Text>
        </>
      )}
      empty={
        <Empty
          icon={<IconBook2 size={32} stroke={1.5} aria-hidden="true" />}
          title={t('history.emptyTitle')}
          text={t('history.emptyText')}
        />
      }
    />
  )
}

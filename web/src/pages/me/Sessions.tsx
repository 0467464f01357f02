import { Button, Text } from '@mantine/core'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import type { LoginSession } from '../../api/types'
import { maybe } from '../../i18n'
import { duration } from '../../i18n/format'
import { confirm } from '../../ui/confirm'
import { Listing } from '../../ui/Listing'
import { Moment } from '../../ui/Moment'
import { PageHeader } from '../../ui/PageHeader'
import { usePaging } from '../../ui/paging'
import { Status } from '../../ui/Status'
import { Empty } from '../../ui/states'
import { complain, toast } from '../../ui/toast'
import { whereFrom } from './agent'
import { meTexts } from './texts'

const route = getRouteApi('/panel/me/sessions')

/** Sessions shows where one is signed in, and ends what should not be. */
export function Sessions() {
  const t = meTexts.useT()
  const { cursor } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery({
    queryKey: ['sessions', cursor],
    queryFn: () => ok(api.GET('/sessions', { params: { query: { cursor, page_size: 50 } } })),
    placeholderData: keepPreviousData,
  })
  const paging = usePaging(
    cursor,
    query.data?.next_cursor,
    (next) => void navigate({ search: { cursor: next } }),
  )
  return (
    <>
      <PageHeader title={t('sessions.title')} lead={t('sessions.lead')} />
      <Listing<LoginSession>
        label={t('sessions.title')}
        query={query}
        rows={query.data?.sessions}
        idOf={(session) => session.id}
        paging={paging}
        columns={[
          {
            key: 'where',
            title: t('sessions.column.where'),
            render: (session) => <Where session={session} />,
          },
          {
            key: 'state',
            title: t('sessions.column.state'),
            render: (session) => <State session={session} />,
          },
          {
            key: 'began',
            title: t('sessions.column.began'),
            width: 160,
            from: 'md',
            render: (session) => <Moment at={session.started_at} />,
          },
          {
            key: 'last',
            title: t('sessions.column.last'),
            width: 160,
            render: (session) => <Moment at={session.last_activity_at} relative />,
          },
          { key: 'end', title: '', width: 160, right: true, render: (session) => <End session={session} /> },
        ]}
        card={(session) => (
          <>
            <Where session={session} />
            <State session={session} />
            <Text size="xs" c="dimmed">
              <Moment at={session.last_activity_at} relative />
            </Text>
            <End session={session} />
          </>
        )}
        empty={<Empty title={t('sessions.emptyTitle')} />}
      />
    </>
  )
}

function Where({ session }: { session: LoginSession }) {
  return (
    <>
      <Text size="sm" title={session.user_agent} className="ik-said">
        {whereFrom(session.user_agent)}
      </Text>
      <Text size="xs" c="dimmed" className="ik-tabular">
        {session.ip}
      </Text>
    </>
  )
}

function State({ session }: { session: LoginSession }) {
  const t = meTexts.useT()
  if (session.current) return <Status tone="good">{t('sessions.this')}</Status>
  if (!session.ended_at) return <Status tone="warn">{t('sessions.open')}</Status>
  const why = maybe('me', `sessions.reason.${session.end_reason}`)
  const lasted = t('sessions.lasted', { time: duration(session.duration_seconds ?? 0) })
  return (
    <Status tone="quiet" hollow>
      {why ? `${lasted}, ${why}` : lasted}
    </Status>
  )
}

function End({ session }: { session: LoginSession }) {
  const t = meTexts.useT()
  const end = useMutation({
    mutationFn: () => ok(api.DELETE('/sessions/{id}', { params: { path: { id: session.id } } })),
    onSuccess: async () => {
      toast(t('sessions.done'))
      await queryClient.invalidateQueries({ queryKey: ['sessions'] })
    },
    onError: complain,
  })
  if (session.current || session.ended_at) return null
  const ask = async () => {
    const text = t('sessions.endText', { where: whereFrom(session.user_agent), ip: session.ip })
    if (await confirm({ title: t('sessions.endTitle'), text, act: t('sessions.end') })) end.mutate()
  }
  return (
    <Button size="xs" variant="default" loading={end.isPending} onClick={() => void ask()}>
      {t('sessions.end')}
    </Button>
  )
}

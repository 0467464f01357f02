import { Skeleton, Stack, Title } from '@mantine/core'
import { IconBook2 } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import { Card } from '../../ui/Card'
import { PageHeader } from '../../ui/PageHeader'
import { Pages } from '../../ui/Pages'
import { Printed } from '../../ui/Printed'
import { usePaging } from '../../ui/paging'
import { Empty, Failure } from '../../ui/states'
import classes from './Access.module.css'
import { Consent } from './Consent'
import { Entry } from './Entry'
import { Events } from './Events'
import { OpenMailboxes } from './OpenMailboxes'
import { between, Period, StatementCard } from './Period'
import { accessTexts } from './texts'

const route = getRouteApi('/panel/me/access')

/** Access is the guest book: who was in the account, and what was changed from outside. */
export function Access() {
  const t = accessTexts.useT()
  const { cursor, ...days } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery({
    queryKey: ['access-history', 'list', days, cursor],
    queryFn: () =>
      ok(api.GET('/me/access-history', { params: { query: { ...between(days), cursor, page_size: 25 } } })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })
  const paging = usePaging(
    cursor,
    query.data?.next_cursor,
    (next) => void navigate({ search: { ...days, cursor: next } }),
  )
  const data = query.data
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Printed />
      <OpenMailboxes />
      <Consent />
      <Period days={days} choose={(chosen) => void navigate({ search: chosen })} />
      {query.isPending && <Waiting />}
      {query.error && !data && (
        <Card>
          <Failure error={query.error} retry={() => query.refetch()} />
        </Card>
      )}
      {data && (
        <Stack gap="xl">
          <section aria-label={t('visits')}>
            {data.visits.length === 0 ? (
              <Card flush>
                <Empty
                  icon={<IconBook2 size={34} stroke={1.5} aria-hidden="true" />}
                  title={t(days.from || days.to ? 'empty.titleThen' : 'empty.title')}
                  text={t('empty.text')}
                />
              </Card>
            ) : (
              <ul className={classes.book}>
                {data.visits.map((visit) => (
                  <Entry key={visit.id} visit={visit} />
                ))}
              </ul>
            )}
            <Pages paging={paging} label={t('visits')} />
          </section>
          <section>
            <Title order={2} mb="xs">
              {t('direct')}
            </Title>
            <Card note={t('directNote')}>
              <Events events={data.direct_changes} none={t('directNone')} named />
            </Card>
          </section>
          <StatementCard days={days} />
        </Stack>
      )}
    </>
  )
}

function Waiting() {
  return (
    <Stack aria-busy="true">
      <Skeleton height={130} radius="lg" />
      <Skeleton height={130} radius="lg" />
      <Skeleton height={130} radius="lg" />
    </Stack>
  )
}

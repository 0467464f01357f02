import { Group, Text } from '@mantine/core'
import { IconListCheck } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import type { Job } from '../../api/types'
import { moment } from '../../i18n/format'
import { Facts } from '../../ui/Facts'
import { Listing } from '../../ui/Listing'
import { Moment } from '../../ui/Moment'
import { PageHeader } from '../../ui/PageHeader'
import { usePaging } from '../../ui/paging'
import { Status, type Tone } from '../../ui/Status'
import { Empty } from '../../ui/states'
import { Retry } from './Retry'
import { Shipping } from './Shipping'
import { jobTexts } from './texts'

const route = getRouteApi('/panel/jobs')

const tones: Record<Job['state'], Tone> = { waiting: 'quiet', running: 'warn', done: 'good', failed: 'bad' }

/** Jobs shows the work behind the panel and lets what failed be tried again. */
export function Jobs() {
  const t = jobTexts.useT()
  const { cursor } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery({
    queryKey: ['jobs', cursor],
    queryFn: () => ok(api.GET('/jobs', { params: { query: { cursor, page_size: 50 } } })),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  })
  const paging = usePaging(
    cursor,
    query.data?.next_cursor,
    (next) => void navigate({ search: { cursor: next } }),
  )
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Shipping />
      <Listing<Job>
        label={t('title')}
        query={query}
        rows={query.data?.jobs}
        idOf={(job) => job.id}
        paging={paging}
        columns={[
          { key: 'task', title: t('column.task'), render: (job) => <Task job={job} /> },
          { key: 'state', title: t('column.state'), width: 130, render: (job) => <State job={job} /> },
          { key: 'for', title: t('column.for'), from: 'md', render: (job) => <Ordered job={job} /> },
          { key: 'due', title: t('column.due'), width: 160, render: (job) => <Moment at={job.due_at} /> },
          {
            key: 'attempts',
            title: t('column.attempts'),
            width: 80,
            right: true,
            from: 'md',
            render: (job) => job.attempts,
          },
          {
            key: 'retry',
            title: '',
            width: 130,
            right: true,
            render: (job) => <Retry id={job.state === 'failed' ? job.id : null} />,
          },
        ]}
        card={(job) => (
          <>
            <Group justify="space-between" gap="0 1rem" fz="sm">
              <div>
                <Task job={job} />
              </div>
              <State job={job} />
            </Group>
            <Text size="xs" c="dimmed">
              <Ordered job={job} /> · <Moment at={job.due_at} />
            </Text>
            <Retry id={job.state === 'failed' ? job.id : null} />
          </>
        )}
        expand={(job) => <Details job={job} />}
        empty={
          <Empty
            icon={<IconListCheck size={32} stroke={1.5} aria-hidden="true" />}
            title={t('empty.title')}
            text={t('empty.text')}
          />
        }
      />
    </>
  )
}

function Task({ job }: { job: Job }) {
  return (
    <>
      <code>{job.task}</code>
      {job.last_error && job.state !== 'done' && (
        <Text size="xs" c="var(--mantine-color-error)" lineClamp={1} className="ik-said">
          {job.last_error}
        </Text>
      )}
    </>
  )
}

function State({ job }: { job: Job }) {
  const t = jobTexts.useT()
  return <Status tone={tones[job.state]}>{t(`state.${job.state}`)}</Status>
}

function Ordered({ job }: { job: Job }) {
  const t = jobTexts.useT()
  const actor = job.actor?.name || t('system')
  const subject = job.subject?.name
  return <span className="ik-said">{subject && subject !== actor ? t('by', { actor, subject }) : actor}</span>
}

function Details({ job }: { job: Job }) {
  const t = jobTexts.useT()
  return (
    <Facts
      facts={[
        [t('object'), job.object_id && <code>{job.object_id}</code>],
        [t('column.created'), moment(job.created_at)],
        [t('done'), job.done_at && moment(job.done_at)],
        [t('error'), job.last_error && <span className="ik-said">{job.last_error}</span>],
        [
          t('visit'),
          job.impersonation_id && (
            <Link to="/impersonations/$id" params={{ id: job.impersonation_id }} className="ik-link">
              {t('visitLink')}
            </Link>
          ),
        ],
      ]}
    />
  )
}

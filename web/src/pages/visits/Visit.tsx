import { Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import type { Visit } from '../../api/types'
import { maybe } from '../../i18n'
import { duration } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { Facts } from '../../ui/Facts'
import { Fetched } from '../../ui/Fetched'
import { PageHeader } from '../../ui/PageHeader'
import { Status } from '../../ui/Status'
import { informedWords } from '../../visit/informed'
import { roleName } from '../../visit/names'
import { secondsInside, visitSentence } from '../../visit/sentence'
import { visitTexts } from '../../visit/texts'
import { ActivityLog, type ActivitySearch } from '../activity/ActivityLog'
import { Acts } from './Live'
import { Mode } from './parts'
import { visitsTexts } from './texts'

const route = getRouteApi('/panel/impersonations/$id')

/** VisitPage is one visit as staff see it: its facts, and every event in it. */
export function VisitPage() {
  const { id } = route.useParams()
  const query = useQuery({
    queryKey: ['impersonations', 'one', id],
    queryFn: () => ok(api.GET('/impersonations/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'active' ? 60_000 : false),
  })
  return (
    <Fetched query={query} height={260}>
      {(visit) => <Loaded visit={visit} />}
    </Fetched>
  )
}

function Loaded({ visit }: { visit: Visit }) {
  const t = visitsTexts.useT()
  const v = visitTexts.useT()
  const may = useMay()
  const [search, setSearch] = useState<ActivitySearch>({})
  const running = visit.state === 'active'
  return (
    <Stack gap="lg">
      <div>
        <PageHeader
          title={t('page.title', { actor: visit.actor.name, subject: visit.subject.name })}
          beside={
            running ? (
              <Status tone="warn">{v('life.running')}</Status>
            ) : (
              <Status tone="quiet">{v('life.ended')}</Status>
            )
          }
          lead={visitSentence(visit)}
          back={{ to: running ? '/impersonations/live' : '/impersonations/history', label: t('page.back') }}
          actions={running && <Acts visit={visit} />}
        />
        <Card>
          <VisitFacts visit={visit} />
        </Card>
      </div>
      {may('activity:view') && (
        <section>
          <Title order={2} mb="sm">
            {t('page.events')}
          </Title>
          <ActivityLog search={search} fixed={{ impersonation_id: visit.id }} go={setSearch} />
        </section>
      )}
    </Stack>
  )
}

function VisitFacts({ visit }: { visit: Visit }) {
  const t = visitsTexts.useT()
  const may = useMay()
  const counts = [
    t('page.changed', { count: visit.change_count }),
    t('page.viewed', { count: visit.view_count }),
    t('page.blocked', { count: visit.blocked_count }),
  ]
  return (
    <Facts
      facts={[
        [
          t('page.who'),
          [visit.actor.name, roleName(visit.actor.role), visit.actor.employer].filter(Boolean).join(', '),
        ],
        [
          t('page.account'),
          may('account:view') ? (
            <Link
              key="account"
              to="/accounts/$id/details"
              params={{ id: visit.subject.id }}
              className="ik-link"
            >
              {visit.subject.name}
            </Link>
          ) : (
            visit.subject.name
          ),
        ],
        [t('page.kind'), maybe('visit', `code.${visit.reason_code}`) ?? visit.reason_code],
        [
          t('page.why'),
          <span key="why" className="ik-said">
            {visit.reason}
          </span>,
        ],
        [t('page.ticket'), visit.ticket],
        [t('page.note'), visit.note],
        [t('page.informed'), informedWords(visit, 'staff')],
        [t('page.mode'), <Mode key="mode" visit={visit} />],
        [t('page.duration'), duration(secondsInside(visit))],
        [
          t('page.active'),
          visit.active_seconds !== null &&
            visit.active_seconds !== undefined &&
            duration(visit.active_seconds),
        ],
        [t('page.endedBy'), visit.ended_by?.name],
        [t('page.counts'), counts.join(' · ')],
      ]}
    />
  )
}

import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import { useSession } from '../../api/session'
import { maybe } from '../../i18n'
import { duration, since } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { Facts } from '../../ui/Facts'
import { Fetched } from '../../ui/Fetched'
import { useNow } from '../../ui/Moment'
import { PageHeader } from '../../ui/PageHeader'
import { PrintButton, Printed } from '../../ui/Printed'
import { Status } from '../../ui/Status'
import { informedWords } from '../../visit/informed'
import { rankOf } from '../../visit/names'
import { EndNow, howBusy } from '../../visit/Strip'
import { secondsInside, visitSentence } from '../../visit/sentence'
import { ReceiptCard } from './ReceiptCard'
import { Timeline } from './Timeline'
import { accessTexts } from './texts'

const route = getRouteApi('/panel/me/access/$id')

const ask = (id: string) => ok(api.GET('/me/access-history/{id}', { params: { path: { id } } }))
type Told = Awaited<ReturnType<typeof ask>>

/** AccessVisitPage is one visit as its owner reads it: who, why, how long, and everything that was done. */
export function AccessVisitPage() {
  const { id } = route.useParams()
  const query = useQuery({
    queryKey: ['access-history', 'one', id],
    queryFn: () => ask(id),
    refetchInterval: ({ state }) => (state.data?.running ? 60_000 : false),
  })
  return (
    <Fetched query={query} height={300}>
      {(visit) => <Loaded visit={visit} />}
    </Fetched>
  )
}

function Loaded({ visit }: { visit: Told }) {
  const t = accessTexts.useT()
  const acting = useSession().impersonation !== null
  const now = useNow(visit.running ? 10_000 : null)
  const { name } = visit.actor
  return (
    <>
      <PageHeader
        title={visit.running ? t('page.titleRunning', { name }) : t('page.title', { name })}
        beside={visit.running && <Status tone="warn">{howBusy(since(visit.last_activity_at, now))}</Status>}
        lead={visitSentence(visit, true)}
        back={{ to: '/me/access', label: t('page.back') }}
        actions={
          <>
            <PrintButton />
            {visit.running && !acting && <EndNow visit={visit} />}
          </>
        }
      />
      <Printed />
      <Stack gap="md">
        <Card>
          <VisitFacts visit={visit} />
        </Card>
        <Timeline visit={visit} />
        <ReceiptCard id={visit.id} shown={[...visit.changes, ...visit.views, ...visit.blocked]} />
      </Stack>
    </>
  )
}

/** An open door needs no words. */
const basisWords = { open: null, request: 'basisRequest', 'break-glass': 'basisBreakGlass' } as const

function VisitFacts({ visit }: { visit: Told }) {
  const t = accessTexts.useT()
  const basis = basisWords[visit.basis]
  const total = duration(secondsInside(visit))
  const lasted =
    visit.active_seconds === null || visit.active_seconds === undefined
      ? total
      : t('lasted', { total, active: duration(visit.active_seconds) })
  return (
    <Facts
      facts={[
        [t('who'), [visit.actor.name, rankOf(visit)].filter(Boolean).join(', ')],
        [t('about'), maybe('visit', `code.${visit.reason_code}`) ?? visit.reason_code],
        [
          t('why'),
          <span key="why" className="ik-said">
            {visit.reason}
          </span>,
        ],
        [t('ticket'), visit.ticket],
        [t('informed'), informedWords(visit, 'customer')],
        [t('basis'), basis && t(basis)],
        [t('mode'), visit.mode === 'change' ? t('modeChange') : t('modeLook')],
        [t('duration'), lasted],
      ]}
    />
  )
}

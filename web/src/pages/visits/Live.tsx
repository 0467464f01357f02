import { Button, Group, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMay } from '../../api/permission'
import { liveVisitsQuery } from '../../api/queries'
import { useSession } from '../../api/session'
import type { Visit } from '../../api/types'
import { since } from '../../i18n/format'
import { Listing } from '../../ui/Listing'
import { Moment, useNow } from '../../ui/Moment'
import { Status } from '../../ui/Status'
import { Empty } from '../../ui/states'
import { EndNow, howBusy } from '../../visit/Strip'
import { visitTexts } from '../../visit/texts'
import { Actor, Headline, Mode, Reason, Subject } from './parts'
import { visitsTexts } from './texts'

/** Live lists the visits that run now, with the way to end them. */
export function Live() {
  const t = visitsTexts.useT()
  const query = useQuery(liveVisitsQuery({}))
  const navigate = useNavigate()
  const now = useNow(5_000)
  return (
    <Listing<Visit>
      label={t('tabs.live')}
      query={query}
      rows={query.data?.impersonations}
      idOf={(visit) => visit.id}
      onOpen={(visit) => void navigate({ to: '/impersonations/$id', params: { id: visit.id } })}
      columns={[
        {
          key: 'actor',
          title: t('column.actor'),
          width: '22%',
          render: (visit) => <Actor visit={visit} linked />,
        },
        {
          key: 'subject',
          title: t('column.subject'),
          width: '18%',
          render: (visit) => <Subject visit={visit} />,
        },
        { key: 'reason', title: t('column.reason'), from: 'lg', render: (visit) => <Reason visit={visit} /> },
        {
          key: 'started',
          title: t('column.started'),
          width: 140,
          render: (visit) => <Moment at={visit.started_at} relative />,
        },
        {
          key: 'activity',
          title: t('column.state'),
          width: 220,
          from: 'md',
          render: (visit) => (
            <>
              <Group gap="0 0.9rem">
                <Mode visit={visit} />
                <Busy visit={visit} now={now} />
              </Group>
              <Doing visit={visit} />
            </>
          ),
        },
        { key: 'end', title: '', width: 150, right: true, render: (visit) => <Acts visit={visit} /> },
      ]}
      card={(visit) => (
        <>
          <Headline visit={visit} />
          <Reason visit={visit} />
          <Group gap="0 1rem" my={4}>
            <Mode visit={visit} />
            <Text size="xs" c="dimmed">
              <Moment at={visit.started_at} relative />
            </Text>
            <Busy visit={visit} now={now} />
          </Group>
          <Doing visit={visit} />
          <Acts visit={visit} />
        </>
      )}
      empty={
        <Empty
          icon={<IconKey size={32} stroke={1.5} aria-hidden="true" />}
          title={t('live.emptyTitle')}
          text={t('live.emptyText')}
          action={
            <Button renderRoot={(props) => <Link to="/accounts" {...props} />} variant="default">
              {t('live.accounts')}
            </Button>
          }
        />
      }
    />
  )
}

function Busy({ visit, now }: { visit: Visit; now: number }) {
  const idle = since(visit.last_activity_at, now)
  return <Status tone={idle < 60 ? 'good' : 'quiet'}>{howBusy(idle)}</Status>
}

/** Doing is what was recorded last in the visit; nothing where nothing was done yet. */
function Doing({ visit }: { visit: Visit }) {
  const t = visitTexts.useT()
  if (!visit.doing) return null
  return (
    <Text size="xs" c="dimmed" className="ik-said" lineClamp={2} title={visit.doing}>
      {t('life.doing', { what: visit.doing })}
    </Text>
  )
}

/** Acts: back in for whom the visit belongs to, and the end for whoever may end it. */
export function Acts({ visit }: { visit: Visit }) {
  const t = visitTexts.useT()
  const { principal, impersonation } = useSession()
  const may = useMay()
  const mine = principal.person_id === visit.actor.id
  return (
    <Group gap="xs" justify="flex-end" mt={4}>
      {mine && !impersonation && (
        <Button component="a" href={`${visit.base_url}/dashboard`} size="xs" variant="default">
          {t('line.return')}
        </Button>
      )}
      {may('impersonation:end') && !impersonation && <EndNow visit={visit} />}
    </Group>
  )
}

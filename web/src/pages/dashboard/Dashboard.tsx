import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'
import type { Dashboard as Data, SessionInfo } from '../../api/types'
import { bytes, number } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { Meter } from '../../ui/Meter'
import { PageHeader } from '../../ui/PageHeader'
import { Failure } from '../../ui/states'
import { LastVisit } from './LastVisit'
import { Quick } from './Quick'
import { Recent } from './Recent'
import { Running } from './Running'
import classes from './Stat.module.css'
import { Stats } from './Stats'
import { dashboardTexts } from './texts'

/** Dashboard is the first page: for staff what runs, for owners what they have and who was there. */
export function Dashboard() {
  const t = dashboardTexts.useT()
  const session = useSession()
  const query = useQuery({
    queryKey: ['dashboard'],
    queryFn: () => ok(api.GET('/dashboard')),
    refetchInterval: 60_000,
  })
  return (
    <>
      <PageHeader title={title(session, t)} lead={lead(session, t)} />
      {query.isPending && <Waiting />}
      {query.error && !query.data && (
        <Card>
          <Failure error={query.error} retry={() => query.refetch()} />
        </Card>
      )}
      {query.data && <Loaded data={query.data} />}
    </>
  )
}

type Translate = ReturnType<typeof dashboardTexts.t>

function title(session: SessionInfo, t: Translate): string {
  return session.impersonation ? t('title') : t('hello', { name: session.principal.name })
}

function lead(session: SessionInfo, t: Translate): string {
  if (session.impersonation) return t('leadVisit', { name: session.impersonation.subject.name })
  if (session.principal.kind === 'customer') return t('leadCustomer')
  return session.principal.kind === 'reseller' ? t('leadReseller') : t('leadStaff')
}

function Loaded({ data }: { data: Data }) {
  const may = useMay()
  const { principal } = useSession()
  const staff = principal.kind !== 'customer'
  const owner = principal.kind === 'customer' || principal.kind === 'reseller'
  return (
    <Stack gap="md">
      {staff && <Stats data={data} />}
      <div className={classes.two}>
        <Stack gap="md">
          {owner && may('access-history:view') && <LastVisit visit={data.last_visit} />}
          {staff && may('impersonation:view') && <Running />}
          {may('activity:view') && <Recent />}
        </Stack>
        <Stack gap="md">
          {owner && <Usage data={data} />}
          <Quick />
        </Stack>
      </div>
    </Stack>
  )
}

function Usage({ data }: { data: Data }) {
  const t = dashboardTexts.useT()
  const { usage, limits } = data
  return (
    <Card title={t('usage.title')}>
      <Stack gap="md">
        <Meter label={t('usage.domains')} used={usage.domains} limit={limits.domains} write={number} />
        <Meter label={t('usage.mailboxes')} used={usage.mailboxes} limit={limits.mailboxes} write={number} />
        <Meter label={t('usage.disk')} used={usage.disk_bytes} limit={limits.disk_bytes} write={bytes} />
      </Stack>
    </Card>
  )
}

function Waiting() {
  return (
    <Stack gap="md" aria-busy="true">
      <div className={classes.grid}>
        <Skeleton height={110} radius="lg" />
        <Skeleton height={110} radius="lg" />
        <Skeleton height={110} radius="lg" />
      </div>
      <Skeleton height={220} radius="lg" />
    </Stack>
  )
}

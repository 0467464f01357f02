import { IconKey, IconListCheck, IconMailOff, IconUsers } from '@tabler/icons-react'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'
import type { Dashboard } from '../../api/types'
import { number } from '../../i18n/format'
import { Status } from '../../ui/Status'
import classes from './Stat.module.css'
import { dashboardTexts } from './texts'

/** Stats are the few numbers that say whether all is well. */
export function Stats({ data }: { data: Dashboard }) {
  const may = useMay()
  return (
    <div className={classes.grid}>
      {data.accounts && <AccountsStat accounts={data.accounts} />}
      {may('impersonation:view') && <VisitsStat running={data.visits_running} />}
      {data.jobs && <JobsStat jobs={data.jobs} />}
      {data.mails_undelivered ? <UndeliveredStat count={data.mails_undelivered} /> : null}
    </div>
  )
}

interface StatProps {
  icon: typeof IconKey
  label: string
  value: number
  to: LinkProps['to']
  search?: LinkProps['search']
  /** What the number is made of, and whether that is well. */
  children: ReactNode
}

/** Stat is one number, which leads to what it counts. */
function Stat({ icon: Icon, label, value, to, search, children }: StatProps) {
  return (
    <Link to={to} search={search} className={classes.stat}>
      <span className={classes.label}>
        <Icon size={16} stroke={1.6} aria-hidden="true" />
        {label}
      </span>
      <span className={classes.value}>{number(value)}</span>
      <span className={classes.parts}>{children}</span>
    </Link>
  )
}

function AccountsStat({ accounts }: { accounts: NonNullable<Dashboard['accounts']> }) {
  const t = dashboardTexts.useT()
  const own = useSession().principal.kind === 'reseller'
  return (
    <Stat
      icon={IconUsers}
      label={own ? t('stat.customers') : t('stat.accounts')}
      value={accounts.total}
      to="/accounts"
    >
      <Status tone="good">{t('stat.active', { count: accounts.active })}</Status>
      {accounts.suspended > 0 && (
        <Status tone="warn">{t('stat.suspended', { count: accounts.suspended })}</Status>
      )}
      {accounts.disabled > 0 && (
        <Status tone="quiet" hollow>
          {t('stat.disabled', { count: accounts.disabled })}
        </Status>
      )}
    </Stat>
  )
}

function VisitsStat({ running }: { running: number }) {
  const t = dashboardTexts.useT()
  return (
    <Stat icon={IconKey} label={t('stat.visits')} value={running} to="/impersonations/live">
      {running === 0 ? (
        <Status tone="quiet">{t('stat.visitsNone')}</Status>
      ) : (
        <Status tone="warn">{t('stat.open')}</Status>
      )}
    </Stat>
  )
}

function UndeliveredStat({ count }: { count: number }) {
  const t = dashboardTexts.useT()
  return (
    <Stat
      icon={IconMailOff}
      label={t('stat.undelivered')}
      value={count}
      to="/mails"
      search={{ undelivered: 'yes' }}
    >
      <Status tone="bad">{t('stat.undeliveredText')}</Status>
    </Stat>
  )
}

function JobsStat({ jobs }: { jobs: NonNullable<Dashboard['jobs']> }) {
  const t = dashboardTexts.useT()
  return (
    <Stat icon={IconListCheck} label={t('stat.jobs')} value={jobs.waiting} to="/jobs">
      {jobs.failed > 0 ? (
        <Status tone="bad">{t('stat.jobsFailed', { count: jobs.failed })}</Status>
      ) : (
        <Status tone="good">{t('stat.jobsFine')}</Status>
      )}
    </Stat>
  )
}

import { IconKey, IconListCheck, IconMailOff, IconUsers } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
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

function AccountsStat({ accounts }: { accounts: NonNullable<Dashboard['accounts']> }) {
  const t = dashboardTexts.useT()
  const own = useSession().principal.kind === 'reseller'
  return (
    <Link to="/accounts" className={classes.stat}>
      <span className={classes.label}>
        <IconUsers size={16} stroke={1.6} aria-hidden="true" />
        {own ? t('stat.customers') : t('stat.accounts')}
      </span>
      <span className={classes.value}>{number(accounts.total)}</span>
      <span className={classes.parts}>
        <Status tone="good">{t('stat.active', { count: accounts.active })}</Status>
        {accounts.suspended > 0 && (
          <Status tone="warn">{t('stat.suspended', { count: accounts.suspended })}</Status>
        )}
        {accounts.disabled > 0 && (
          <Status tone="quiet" hollow>
            {t('stat.disabled', { count: accounts.disabled })}
          </Status>
        )}
      </span>
    </Link>
  )
}

function VisitsStat({ running }: { running: number }) {
  const t = dashboardTexts.useT()
  return (
    <Link to="/impersonations/live" className={classes.stat}>
      <span className={classes.label}>
        <IconKey size={16} stroke={1.6} aria-hidden="true" />
        {t('stat.visits')}
      </span>
      <span className={classes.value}>{number(running)}</span>
      <span className={classes.parts}>
        {running === 0 && <Status tone="quiet">{t('stat.visitsNone')}</Status>}
        {running > 0 && <Status tone="warn">{t('stat.open')}</Status>}
      </span>
    </Link>
  )
}

function UndeliveredStat({ count }: { count: number }) {
  const t = dashboardTexts.useT()
  return (
    <Link to="/mails" search={{ undelivered: 'yes' }} className={classes.stat}>
      <span className={classes.label}>
        <IconMailOff size={16} stroke={1.6} aria-hidden="true" />
        {t('stat.undelivered')}
      </span>
      <span className={classes.value}>{number(count)}</span>
      <span className={classes.parts}>
        <Status tone="bad">{t('stat.undeliveredText')}</Status>
      </span>
    </Link>
  )
}

function JobsStat({ jobs }: { jobs: NonNullable<Dashboard['jobs']> }) {
  const t = dashboardTexts.useT()
  return (
    <Link to="/jobs" className={classes.stat}>
      <span className={classes.label}>
        <IconListCheck size={16} stroke={1.6} aria-hidden="true" />
        {t('stat.jobs')}
      </span>
      <span className={classes.value}>{number(jobs.waiting)}</span>
      <span className={classes.parts}>
        {jobs.failed > 0 ? (
          <Status tone="bad">{t('stat.jobsFailed', { count: jobs.failed })}</Status>
        ) : (
          <Status tone="good">{t('stat.jobsFine')}</Status>
        )}
      </span>
    </Link>
  )
}

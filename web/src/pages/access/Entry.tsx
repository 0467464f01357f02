import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import { useSession } from '../../api/session'
import type { AccessVisit } from '../../api/types'
import { duration, since } from '../../i18n/format'
import { useNow } from '../../ui/Moment'
import { Status } from '../../ui/Status'
import { informedWords } from '../../visit/informed'
import { rankOf } from '../../visit/names'
import { EndNow, howBusy } from '../../visit/Strip'
import { secondsInside, visitSentence } from '../../visit/sentence'
import classes from './Access.module.css'
import { accessTexts } from './texts'

/** Entry is one visit in the guest book. */
export function Entry({ visit }: { visit: AccessVisit }) {
  const t = accessTexts.useT()
  const now = useNow(visit.running ? 10_000 : null)
  const acting = useSession().impersonation !== null
  return (
    <li className={clsx(classes.entry, visit.running && classes.here)}>
      <div className={classes.head}>
        <Text fw={650} className="ik-said">
          {visit.actor.name}
        </Text>
        <Text size="sm" c="dimmed" className="ik-said">
          {rankOf(visit)}
        </Text>
        <span className={classes.spring} />
        {visit.running && (
          <Status tone="warn">
            {t('running')}, {howBusy(since(visit.last_activity_at, now))}
          </Status>
        )}
      </div>
      <Text size="sm" className="ik-tabular">
        {visitSentence(visit, true)}
      </Text>
      <p className={clsx(classes.why, 'ik-said')}>{visit.reason}</p>
      <div className={classes.foot}>
        <span>{informedWords(visit, 'customer')}</span>
        {visit.ticket && (
          <span className="ik-said">
            {t('ticket')} {visit.ticket}
          </span>
        )}
      </div>
      <div className={classes.foot}>
        <Counts visit={visit} />
        <span className={classes.spring} />
        <Link to="/me/access/$id" params={{ id: visit.id }} className="ik-link">
          {t('details')}
        </Link>
        {visit.running && !acting && <EndNow visit={visit} />}
      </div>
    </li>
  )
}

function Counts({ visit }: { visit: AccessVisit }) {
  const t = accessTexts.useT()
  return (
    <>
      <span className="ik-tabular">{duration(secondsInside(visit))}</span>
      <strong>
        {visit.change_count > 0 ? t('changes', { count: visit.change_count }) : t('steps.none.changed')}
      </strong>
      {visit.view_count > 0 && <span>{t('views', { count: visit.view_count })}</span>}
      {visit.blocked_count > 0 && <span>{t('refused', { count: visit.blocked_count })}</span>}
    </>
  )
}

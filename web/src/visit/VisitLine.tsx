import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useSession } from '../api/session'
import type { Visit } from '../api/types'
import { duration, moment, since } from '../i18n/format'
import { useNow } from '../ui/Moment'
import { Status } from '../ui/Status'
import { visitTexts } from './texts'
import classes from './VisitLine.module.css'

/** VisitLine is one running visit in a few words, with the way back in for whom it belongs to. */
export function VisitLine({ visit }: { visit: Visit }) {
  const t = visitTexts.useT()
  const now = useNow(10_000)
  const mine = useSession().principal.person_id === visit.actor.id && !visit.by_token
  const idle = since(visit.last_activity_at, now)
  return (
    <div className={classes.line}>
      <div className={classes.words}>
        <Text size="sm">
          <Link to="/impersonations/$id" params={{ id: visit.id }} className="ik-link">
            {t('line.who', { actor: visit.actor.name, subject: visit.subject.name })}
          </Link>
        </Text>
        <Text size="xs" c="dimmed" className="ik-said">
          {visit.reason}
        </Text>
      </div>
      <Status tone={visit.mode === 'change' ? 'bad' : 'warn'}>{t(`mode.${visit.mode}`)}</Status>
      <Text size="xs" c="dimmed" className="ik-tabular">
        {t('line.since', { from: moment(visit.started_at) })},{' '}
        {idle < 60 ? t('life.active') : t('life.inactive', { time: duration(idle - (idle % 60)) })}
      </Text>
      {mine && (
        <Button component="a" href={`${visit.base_url}/dashboard`} size="xs" variant="default">
          {t('line.return')}
        </Button>
      )}
    </div>
  )
}

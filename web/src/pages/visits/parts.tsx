import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMay } from '../../api/permission'
import type { Visit } from '../../api/types'
import { Status } from '../../ui/Status'
import { rankOf } from '../../visit/names'
import { visitTexts } from '../../visit/texts'

/** Actor is who came: the person, the role, and who employs them. */
export function Actor({ visit, linked }: { visit: Visit; linked?: boolean }) {
  return (
    <div>
      {linked ? (
        <Link to="/impersonations/$id" params={{ id: visit.id }} className="ik-link ik-said">
          {visit.actor.name}
        </Link>
      ) : (
        <Text size="sm" className="ik-said">
          {visit.actor.name}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {rankOf(visit)}
      </Text>
    </div>
  )
}

/** Headline says in a card who is or was in whose account. */
export function Headline({ visit }: { visit: Visit }) {
  const t = visitTexts.useT()
  return (
    <div>
      <Link to="/impersonations/$id" params={{ id: visit.id }} className="ik-link ik-said">
        {t('line.who', { actor: visit.actor.name, subject: visit.subject.name })}
      </Link>
      <Text size="xs" c="dimmed">
        {rankOf(visit)}
      </Text>
    </div>
  )
}

/** Subject is whose account it was, with the way to it. */
export function Subject({ visit }: { visit: Visit }) {
  const may = useMay()
  if (!may('account:view')) return <div className="ik-said">{visit.subject.name}</div>
  return (
    <div>
      <Link to="/accounts/$id/visits" params={{ id: visit.subject.id }} className="ik-link ik-said">
        {visit.subject.name}
      </Link>
    </div>
  )
}

export function Reason({ visit }: { visit: Visit }) {
  return (
    <Text size="sm" lineClamp={2} className="ik-said" title={visit.reason}>
      {visit.reason}
    </Text>
  )
}

export function Mode({ visit }: { visit: Visit }) {
  const t = visitTexts.useT()
  return <Status tone={visit.mode === 'change' ? 'bad' : 'warn'}>{t(`mode.${visit.mode}`)}</Status>
}

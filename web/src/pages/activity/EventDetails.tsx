import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useSession } from '../../api/session'
import type { ActivityEvent } from '../../api/types'
import { exactly } from '../../i18n/format'
import { Changes } from '../../ui/Changes'
import { fieldChanges } from '../../ui/changes'
import { Facts } from '../../ui/Facts'
import { TextButton } from '../../ui/TextButton'
import type { ActivitySearch } from './filters'
import { activityTexts } from './texts'

interface Props {
  event: ActivityEvent
  only: (search: ActivitySearch) => void
}

/** EventDetails is all that was written down about an event, and the ways to more of the same. */
export function EventDetails({ event, only }: Props) {
  const t = activityTexts.useT()
  const { actor, account, object, subject } = event
  return (
    <>
      <Facts facts={useFacts(event)} />
      {fieldChanges(event.before, event.after).length > 0 && (
        <>
          <Text size="sm" fw={600} mt="sm">
            {t('details.change')}
          </Text>
          <Changes before={event.before} after={event.after} />
        </>
      )}
      <Group gap="md" mt="sm">
        {actor?.id && (
          <TextButton size="sm" onClick={() => only({ actor_id: actor.id })}>
            {t('details.onlyActor', { name: actor.name })}
          </TextButton>
        )}
        {account?.id && (
          <TextButton size="sm" onClick={() => only({ account_id: account.id })}>
            {t('details.onlyAccount')}
          </TextButton>
        )}
        {event.impersonation_id && (
          <TextButton size="sm" onClick={() => only({ subject_id: subject.id })}>
            {t('details.onlySubject', { name: subject.name })}
          </TextButton>
        )}
        {object.id && (
          <TextButton size="sm" onClick={() => only({ object_kind: object.kind, object_id: object.id })}>
            {t('details.onlyObject')}
          </TextButton>
        )}
        {event.ip && (
          <TextButton size="sm" onClick={() => only({ ip: event.ip })}>
            {t('details.onlyAddress')}
          </TextButton>
        )}
        {event.request_id && (
          <TextButton size="sm" onClick={() => only({ request_id: event.request_id })}>
            {t('details.onlyRequest')}
          </TextButton>
        )}
        {event.token_id && (
          <TextButton size="sm" onClick={() => only({ token_id: event.token_id ?? undefined })}>
            {t('details.onlyToken')}
          </TextButton>
        )}
      </Group>
    </>
  )
}

function useFacts(event: ActivityEvent): Parameters<typeof Facts>[0]['facts'] {
  const t = activityTexts.useT()
  const mine = useSession().principal.kind === 'customer'
  const id = event.impersonation_id
  return [
    [t('column.at'), exactly(event.at)],
    [t('details.who'), event.actor?.name],
    [t('details.as'), id && event.subject?.name],
    [t('details.account'), event.account?.name],
    [t('details.object'), event.object?.name],
    [t('details.reason'), event.reason && <span className="ik-said">{event.reason}</span>],
    [
      t('details.visit'),
      id && (
        <Link to={mine ? '/me/access/$id' : '/impersonations/$id'} params={{ id }} className="ik-link">
          {t('details.visitLink')}
        </Link>
      ),
    ],
    [t('details.ip'), event.ip],
    [t('details.agent'), event.user_agent && <span className="ik-said">{event.user_agent}</span>],
    [
      t('details.erased'),
      event.texts_erased_at && t('details.erasedOn', { at: exactly(event.texts_erased_at) }),
    ],
    [t('details.action'), <code key="action">{event.action}</code>],
    [t('details.request'), event.request_id && <code>{event.request_id}</code>],
    [t('details.proved'), event.proved_at && exactly(event.proved_at)],
    [t('details.scopes'), event.token_scopes.length > 0 && <code>{event.token_scopes.join(' ')}</code>],
    [t('details.trace'), event.trace_id && <code>{event.trace_id}</code>],
    [t('details.number'), String(event.seq)],
  ]
}

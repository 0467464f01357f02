import { Text } from '@mantine/core'
import type { ActivityEvent } from '../../api/types'
import { Moment } from '../../ui/Moment'
import { Status } from '../../ui/Status'
import { roleName } from '../../visit/names'
import { activityTexts } from './texts'

/** EventLine is one event in its plain sentence; that of a refusal begins with the word. */
export function EventLine({ event, withTime }: { event: ActivityEvent; withTime?: boolean }) {
  const refused = event.result === 'denied' || event.result === 'blocked'
  return (
    <>
      {refused ? (
        <Status tone="bad" sentence>
          {event.sentence}
        </Status>
      ) : (
        <Text size="sm" className="ik-said">
          {event.sentence}
        </Text>
      )}
      {withTime && (
        <Text size="xs" c="dimmed">
          <Moment at={event.at} />
        </Text>
      )}
    </>
  )
}

/** Who is the person at the keyboard, and as whom they acted. */
export function Who({ event }: { event: ActivityEvent }) {
  const t = activityTexts.useT()
  return (
    <>
      <Text size="sm" className="ik-said">
        {event.actor?.name}
      </Text>
      <Text size="xs" c="dimmed" className="ik-said">
        {event.impersonation_id && event.subject
          ? t('as', { name: event.subject.name })
          : roleName(event.actor?.role)}
      </Text>
    </>
  )
}

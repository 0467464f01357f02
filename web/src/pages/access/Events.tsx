import { Text } from '@mantine/core'
import type { ActivityEvent } from '../../api/types'
import { Changes } from '../../ui/Changes'
import { Moment } from '../../ui/Moment'
import { roleName } from '../../visit/names'
import classes from './Access.module.css'
import { accessTexts } from './texts'

interface Props {
  events: readonly ActivityEvent[]
  none: string
  /** Whether to say by whom: in a visit it is always the visitor. */
  named?: boolean
}

/** Events are what was done, in plain sentences, each with before → after. */
export function Events({ events, none, named }: Props) {
  const t = accessTexts.useT()
  if (events.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    )
  }
  return (
    <ul className={classes.events}>
      {events.map((event) => (
        <li key={event.seq}>
          <Text size="sm" c="dimmed">
            <Moment at={event.at} />
          </Text>
          <div>
            <Text size="sm" className="ik-said">
              {event.sentence}
            </Text>
            {named && event.actor && (
              <Text size="xs" c="dimmed" className="ik-said">
                {t('by', {
                  name: [event.actor.name, roleName(event.actor.role), event.actor.employer]
                    .filter(Boolean)
                    .join(', '),
                })}
              </Text>
            )}
            <Changes before={event.before} after={event.after} />
          </div>
        </li>
      ))}
    </ul>
  )
}

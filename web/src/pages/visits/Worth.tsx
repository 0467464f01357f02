import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import type { VisitFlag } from '../../api/types'
import { Card } from '../../ui/Card'
import { Moment } from '../../ui/Moment'
import { utcOffset } from '../../visit/weeks'
import { visitsTexts } from './texts'

/** Worth names whose visits deserve a look and why, each with the way to the list of just these. It says nothing where there are none. */
export function Worth() {
  const t = visitsTexts.useT()
  const query = useQuery({
    queryKey: ['impersonations', 'flags'],
    queryFn: () =>
      ok(
        api.GET('/impersonation-flags', { params: { query: { utc_offset_minutes: utcOffset(new Date()) } } }),
      ),
    staleTime: 60_000,
  })
  const { flags = [], since } = query.data ?? {}
  if (flags.length === 0) return null
  return (
    <Card title={t('worth.title')} note={t('worth.note')}>
      <Stack component="ul" gap={6} p={0} m={0} style={{ listStyle: 'none' }}>
        {flags.map((flag) => (
          <Group
            component="li"
            key={`${flag.flag} ${flag.actor.id} ${flag.subject?.id}`}
            justify="space-between"
            gap="0 0.6rem"
            fz="sm"
          >
            <Link to="/impersonations/history" search={listOf(flag, since)} className="ik-link ik-said">
              {t(`worth.${flag.flag}`, {
                actor: flag.actor.name,
                subject: flag.subject?.name ?? '',
                count: flag.visits,
              })}
            </Link>
            <Text size="xs" c="dimmed">
              {t('worth.latest')} <Moment at={flag.latest_at} />
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  )
}

/** listOf is the address of the visits that a flag is about; of repeated ones all of that person to that account. */
function listOf({ flag, actor, subject }: VisitFlag, since: string | undefined) {
  const these = { actor_id: actor.id, account_id: subject?.id, since }
  return flag === 'repeated' ? these : { ...these, flag }
}

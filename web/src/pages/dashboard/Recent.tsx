import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import { Card } from '../../ui/Card'
import { Moment } from '../../ui/Moment'
import { Failure } from '../../ui/states'
import classes from './Stat.module.css'
import { dashboardTexts } from './texts'

/** Recent is the end of the activity log, in sentences. */
export function Recent() {
  const t = dashboardTexts.useT()
  const query = useQuery({
    queryKey: ['activity', 'recent'],
    queryFn: () => ok(api.GET('/activity', { params: { query: { page_size: 6 } } })),
    refetchInterval: 30_000,
  })
  const events = query.data?.events ?? []
  return (
    <Card
      title={t('recent.title')}
      aside={
        <Link to="/activity" className="ik-link">
          {t('recent.all')}
        </Link>
      }
    >
      {query.isPending ? (
        <Skeleton height={80} />
      ) : query.error && !query.data ? (
        <Failure error={query.error} retry={() => query.refetch()} />
      ) : events.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('recent.none')}
        </Text>
      ) : (
        <ul className={classes.recent}>
          {events.slice(0, 6).map((event) => (
            <li key={event.seq}>
              <span className="ik-said">{event.sentence}</span>
              <Text size="xs" c="dimmed" component="span">
                <Moment at={event.at} relative />
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

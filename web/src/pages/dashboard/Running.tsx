import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { liveVisitsQuery } from '../../api/queries'
import { Card } from '../../ui/Card'
import { Empty, Failure } from '../../ui/states'
import { VisitLine } from '../../visit/VisitLine'
import { dashboardTexts } from './texts'

/** Running lists who is in whose account right now. */
export function Running() {
  const t = dashboardTexts.useT()
  const query = useQuery(liveVisitsQuery({}))
  const visits = query.data?.impersonations ?? []
  return (
    <Card
      title={t('running.title')}
      aside={
        <Link to="/impersonations/history" className="ik-link">
          {t('running.all')}
        </Link>
      }
    >
      {query.isPending ? (
        <Skeleton height={40} />
      ) : query.error && !query.data ? (
        <Failure error={query.error} retry={() => query.refetch()} />
      ) : visits.length === 0 ? (
        <Empty title={t('running.none')} text={t('running.noneText')} />
      ) : (
        <Stack gap="sm">
          {visits.slice(0, 6).map((visit) => (
            <VisitLine key={visit.id} visit={visit} />
          ))}
        </Stack>
      )}
    </Card>
  )
}

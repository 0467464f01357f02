import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { api, ok } from '../../api/client'
import { Card } from '../../ui/Card'
import { utcOffset } from '../../visit/weeks'
import { visitsTexts } from './texts'

const WeekChart = lazy(() => import('./WeekChart'))

/** Weeks shows how many visits there were week by week, and whose. It says nothing where there was none. */
export function Weeks() {
  const t = visitsTexts.useT()
  const query = useQuery({
    queryKey: ['impersonations', 'weeks'],
    queryFn: () =>
      ok(
        api.GET('/impersonation-weeks', {
          params: { query: { weeks: 10, utc_offset_minutes: utcOffset(new Date()) } },
        }),
      ),
    staleTime: 60_000,
  })
  const weeks = query.data?.weeks ?? []
  if (weeks.every((week) => week.visits === 0)) return null
  return (
    <Card title={t('weeks.title')}>
      <Suspense fallback={<Skeleton height={190} />}>
        <WeekChart weeks={weeks} />
      </Suspense>
    </Card>
  )
}

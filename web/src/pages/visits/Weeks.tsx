import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { api, ok } from '../../api/client'
import { Card } from '../../ui/Card'
import { perWeek, whole } from '../../visit/weeks'
import { visitsTexts } from './texts'

const WeekChart = lazy(() => import('./WeekChart'))

const shown = 10
const atOnce = 200
const pagesAtMost = 5

/** recentStarts asks for the beginnings of the newest visits, until they are older than what is shown. */
async function recentStarts(): Promise<{ starts: string[]; oldestKnown: string | null }> {
  const starts: string[] = []
  const since = new Date()
  since.setDate(since.getDate() - 7 * (shown + 1))
  let cursor: string | undefined
  for (let page = 0; page < pagesAtMost; page++) {
    const answer = await ok(api.GET('/impersonations', { params: { query: { page_size: atOnce, cursor } } }))
    starts.push(...answer.impersonations.map((visit) => visit.started_at))
    const oldest = starts.at(-1)
    if (!answer.next_cursor || (oldest && new Date(oldest) < since)) return { starts, oldestKnown: null }
    cursor = answer.next_cursor
  }
  return { starts, oldestKnown: starts.at(-1) ?? null }
}

/** Weeks shows how many visits there were week by week. It says nothing where there was none. */
export function Weeks() {
  const t = visitsTexts.useT()
  const query = useQuery({ queryKey: ['impersonations', 'weeks'], queryFn: recentStarts, staleTime: 60_000 })
  if (!query.data || query.data.starts.length === 0) return null
  const weeks = whole(perWeek(query.data.starts, shown, new Date()), query.data.oldestKnown)
  if (weeks.length < 2 || weeks.every((week) => week.visits === 0)) return null
  return (
    <Card title={t('weeks.title')}>
      <Suspense fallback={<Skeleton height={150} />}>
        <WeekChart weeks={weeks} />
      </Suspense>
    </Card>
  )
}

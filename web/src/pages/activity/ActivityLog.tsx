import { IconActivity } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import type { ActivityEvent } from '../../api/types'
import { Listing } from '../../ui/Listing'
import { Printed } from '../../ui/Printed'
import { usePaging } from '../../ui/paging'
import { Empty } from '../../ui/states'
import { ActivityFilters } from './ActivityFilters'
import { ActivityTools } from './ActivityTools'
import { chosenColumns, useColumns } from './columns'
import { EventDetails } from './EventDetails'
import { EventLine } from './EventLine'
import { type ActivitySearch, anyFilter, asQuery } from './filters'
import { activityTexts } from './texts'

export type { ActivitySearch } from './filters'

interface Props {
  search: ActivitySearch
  /** What the page is about: an account, a visit. It cannot be taken away. */
  fixed?: ActivitySearch
  go: (search: ActivitySearch) => void
}

/** ActivityLog is every list of events: plain sentences, with before → after when opened. */
export function ActivityLog({ search, fixed = {}, go }: Props) {
  const t = activityTexts.useT()
  const { columns: _columns, ...asked } = search
  const query = useQuery({
    queryKey: ['activity', asked, fixed],
    queryFn: () => ok(api.GET('/activity', { params: { query: asQuery({ ...asked, ...fixed }) } })),
    placeholderData: keepPreviousData,
  })
  const paging = usePaging(search.cursor, query.data?.next_cursor, (cursor) => go({ ...search, cursor }))
  const set = (part: ActivitySearch) => go({ ...search, cursor: undefined, ...part })
  const columns = chosenColumns(search.columns)
  return (
    <>
      <ActivityFilters search={search} fixed={fixed} set={set} events={query.data?.events ?? []} />
      <ActivityTools search={search} fixed={fixed} go={go} />
      <Printed />
      <Listing<ActivityEvent>
        label={t('title')}
        query={query}
        rows={query.data?.events}
        idOf={(event) => String(event.seq)}
        paging={paging}
        filters={{ active: anyFilter(search), clear: () => go({ columns: search.columns }) }}
        columns={useColumns(columns)}
        card={(event) => <EventLine event={event} withTime />}
        expand={(event) => <EventDetails event={event} only={set} />}
        empty={
          <Empty
            icon={<IconActivity size={32} stroke={1.5} aria-hidden="true" />}
            title={t('empty.title')}
            text={t('empty.text')}
          />
        }
      />
    </>
  )
}

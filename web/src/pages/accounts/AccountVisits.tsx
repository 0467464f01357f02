import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { liveVisitsQuery } from '../../api/queries'
import { VisitLine } from '../../visit/VisitLine'
import { VisitHistory } from '../visits/VisitHistory'
import { useAccount } from './Account'
import { accountTexts } from './texts'

const route = getRouteApi('/panel/accounts/$id/visits')

export function AccountVisits() {
  const t = accountTexts.useT()
  const { account } = useAccount()
  const navigate = route.useNavigate()
  const live = useQuery(liveVisitsQuery({ account_id: account.id }))
  const running = live.data?.impersonations ?? []
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('page.visitsNote')}
      </Text>
      {running.map((visit) => (
        <VisitLine key={visit.id} visit={visit} />
      ))}
      <VisitHistory
        filter={{ account_id: account.id }}
        cursor={route.useSearch().cursor}
        go={(cursor) => void navigate({ search: { cursor } })}
        hideSubject
      />
    </Stack>
  )
}

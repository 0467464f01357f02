import { Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ActivityLog } from '../activity/ActivityLog'
import { useAccount } from './Account'
import { accountTexts } from './texts'

const route = getRouteApi('/panel/accounts/$id/activity')

export function AccountActivity() {
  const t = accountTexts.useT()
  const { account } = useAccount()
  const navigate = route.useNavigate()
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t('page.activityNote')}{' '}
        <Link to="/activity" search={{ account_id: account.id }} className="ik-link">
          {t('page.wholeLog')}
        </Link>
      </Text>
      <ActivityLog
        search={route.useSearch()}
        fixed={{ account_id: account.id }}
        go={(search) => void navigate({ search })}
      />
    </>
  )
}

import { getRouteApi } from '@tanstack/react-router'
import { useSession } from '../../api/session'
import { PageHeader } from '../../ui/PageHeader'
import { ActivityLog } from './ActivityLog'
import { activityTexts } from './texts'

const route = getRouteApi('/panel/activity')

/** Activity is the log with all its filters in the address. */
export function Activity() {
  const t = activityTexts.useT()
  const own = useSession().principal.kind === 'customer'
  const navigate = route.useNavigate()
  return (
    <>
      <PageHeader title={own ? t('titleOwn') : t('title')} lead={own ? t('leadOwn') : t('lead')} />
      <ActivityLog search={route.useSearch()} go={(search) => void navigate({ search })} />
    </>
  )
}

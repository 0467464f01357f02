import { getRouteApi } from '@tanstack/react-router'
import { useSession } from '../../api/session'
import { PageHeader } from '../../ui/PageHeader'
import { MailboxList } from './MailboxList'
import { mailboxTexts } from './texts'

const route = getRouteApi('/panel/mailboxes')

export function Mailboxes() {
  const t = mailboxTexts.useT()
  const navigate = route.useNavigate()
  const acting = useSession().impersonation !== null
  return (
    <>
      <PageHeader title={t('title')} lead={acting ? t('leadActing') : t('lead')} />
      <MailboxList search={route.useSearch()} go={(search) => void navigate({ search })} />
    </>
  )
}

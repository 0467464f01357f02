import { getRouteApi } from '@tanstack/react-router'
import { MailboxList } from '../mailboxes/MailboxList'
import { useAccount } from './Account'

const route = getRouteApi('/panel/accounts/$id/mail')

export function AccountMail() {
  const { account } = useAccount()
  const navigate = route.useNavigate()
  return (
    <MailboxList account={account} search={route.useSearch()} go={(search) => void navigate({ search })} />
  )
}

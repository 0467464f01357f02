import { getRouteApi } from '@tanstack/react-router'
import { DomainList } from '../domains/DomainList'
import { useAccount } from './Account'

const route = getRouteApi('/panel/accounts/$id/domains')

export function AccountDomains() {
  const { account } = useAccount()
  const navigate = route.useNavigate()
  return (
    <DomainList account={account} search={route.useSearch()} go={(search) => void navigate({ search })} />
  )
}

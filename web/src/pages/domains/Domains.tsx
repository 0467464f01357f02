import { getRouteApi } from '@tanstack/react-router'
import { PageHeader } from '../../ui/PageHeader'
import { DomainList } from './DomainList'
import { domainTexts } from './texts'

const route = getRouteApi('/panel/domains')

export function Domains() {
  const t = domainTexts.useT()
  const navigate = route.useNavigate()
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <DomainList search={route.useSearch()} go={(search) => void navigate({ search })} />
    </>
  )
}

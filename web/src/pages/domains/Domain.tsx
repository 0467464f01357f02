import { Button } from '@mantine/core'
import { IconFolder } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { queryClient, useSession } from '../../api/session'
import type { Domain } from '../../api/types'
import { dateOnly } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { Facts } from '../../ui/Facts'
import { Fetched } from '../../ui/Fetched'
import { PageHeader } from '../../ui/PageHeader'
import { complain, toast } from '../../ui/toast'
import { useAct, withChanges } from '../../visit/makeChanges'
import { DomainStatus } from './DomainList'
import { Records } from './Records'
import { domainTexts } from './texts'

const route = getRouteApi('/panel/domains/$id')

/** DomainPage is one domain: where its site lies, and its DNS records. */
export function DomainPage() {
  const { id } = route.useParams()
  const query = useQuery({
    queryKey: ['domain', id],
    queryFn: () => ok(api.GET('/domains/{id}', { params: { path: { id } } })),
  })
  return (
    <Fetched query={query} height={220}>
      {(domain) => <Loaded domain={domain} />}
    </Fetched>
  )
}

function Loaded({ domain }: { domain: Domain }) {
  const t = domainTexts.useT()
  const may = useMay()
  const { principal } = useSession()
  const own = principal.account_id === domain.account_id
  const root = domain.document_root.replace(/^\/+/, '')
  return (
    <>
      <PageHeader
        title={domain.name}
        beside={<DomainStatus domain={domain} />}
        back={
          own
            ? { to: '/domains', label: t('page.back') }
            : { to: '/accounts/$id/domains', params: { id: domain.account_id }, label: t('page.back') }
        }
        actions={may('domain:manage') && <Remove domain={domain} own={own} />}
      />
      <Card>
        <Facts
          facts={[
            [
              t('page.root'),
              own && may('file:view') ? (
                <Link key="root" to="/files/$" params={{ _splat: root }} className="ik-link">
                  <IconFolder size={15} aria-hidden="true" style={{ verticalAlign: '-2px' }} />{' '}
                  {domain.document_root}
                </Link>
              ) : (
                <code key="root">{domain.document_root}</code>
              ),
            ],
            [t('page.since'), dateOnly(domain.created_at)],
          ]}
        />
      </Card>
      <Records domain={domain} />
    </>
  )
}

function Remove({ domain, own }: { domain: Domain; own: boolean }) {
  const t = domainTexts.useT()
  const act = useAct()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () =>
      withChanges(() => ok(api.DELETE('/domains/{id}', { params: { path: { id: domain.id } } }))),
    onSuccess: async () => {
      toast(t('done.deleted', { name: domain.name }))
      await navigate(
        own ? { to: '/domains' } : { to: '/accounts/$id/domains', params: { id: domain.account_id } },
      )
      await queryClient.invalidateQueries({ queryKey: ['domains'] })
    },
    onError: complain,
  })
  const ask = async () => {
    const { name } = domain
    const question = {
      title: t('delete.title', { name }),
      text: t('delete.text'),
      act: t('delete.submit'),
      typeName: name,
    }
    if (await confirm(question)) remove.mutate()
  }
  return (
    <Button
      variant="default"
      loading={remove.isPending}
      onClick={() => act('domain:manage', () => void ask())}
    >
      {t('delete.act')}
    </Button>
  )
}

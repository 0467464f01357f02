import { Button, Text } from '@mantine/core'
import { IconPlus, IconWorld } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import type { Account, Domain } from '../../api/types'
import { dateOnly } from '../../i18n/format'
import type { Words } from '../../search'
import { Filters, SearchField } from '../../ui/Filters'
import { Listing } from '../../ui/Listing'
import { usePaging } from '../../ui/paging'
import { Status } from '../../ui/Status'
import { Empty } from '../../ui/states'
import { useAct } from '../../visit/makeChanges'
import { CreateDomain } from './CreateDomain'
import { domainTexts } from './texts'

type Search = Words<'q' | 'cursor'>

interface Props {
  /** The account whose domains these are; absent for the person's own. */
  account?: Account
  search: Search
  go: (search: Search) => void
}

/** DomainList shows the domains of the own account, or of one that staff chose. */
export function DomainList({ account, search, go }: Props) {
  const t = domainTexts.useT()
  const may = useMay()
  const act = useAct()
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const query = useQuery({
    queryKey: ['domains', account?.id ?? 'own', search],
    queryFn: () =>
      ok(api.GET('/domains', { params: { query: { ...search, account_id: account?.id, page_size: 50 } } })),
    placeholderData: keepPreviousData,
  })
  const paging = usePaging(search.cursor, query.data?.next_cursor, (cursor) => go({ ...search, cursor }))
  const create = may('domain:manage') && (
    <Button
      leftSection={<IconPlus size={16} aria-hidden="true" />}
      onClick={() => act('domain:manage', () => setCreating(true))}
    >
      {t('create')}
    </Button>
  )
  return (
    <>
      <Filters>
        <SearchField
          label={t('search.label')}
          placeholder={t('search.placeholder')}
          value={search.q}
          onSearch={(q) => go({ q })}
        />
        {(query.data?.domains.length ?? 0) > 0 && create}
      </Filters>
      <Listing<Domain>
        label={t('title')}
        query={query}
        rows={query.data?.domains}
        idOf={(domain) => domain.id}
        paging={paging}
        filters={{ active: Boolean(search.q), clear: () => go({}) }}
        onOpen={(domain) => void navigate({ to: '/domains/$id', params: { id: domain.id } })}
        columns={[
          { key: 'name', title: t('column.name'), render: (domain) => <DomainLink domain={domain} /> },
          {
            key: 'status',
            title: t('column.status'),
            width: 150,
            render: (domain) => <DomainStatus domain={domain} />,
          },
          {
            key: 'root',
            title: t('column.root'),
            from: 'md',
            render: (domain) => <code>{domain.document_root}</code>,
          },
          {
            key: 'created',
            title: t('column.created'),
            width: 130,
            render: (domain) => dateOnly(domain.created_at),
          },
        ]}
        card={(domain) => (
          <>
            <DomainLink domain={domain} />
            <Text size="xs" c="dimmed">
              {domain.document_root}
            </Text>
            <DomainStatus domain={domain} />
          </>
        )}
        empty={
          <Empty
            icon={<IconWorld size={32} stroke={1.5} aria-hidden="true" />}
            title={t('empty.title')}
            text={account ? t('empty.textOther') : t('empty.text')}
            action={create}
          />
        }
      />
      {creating && <CreateDomain accountId={account?.id} onClose={() => setCreating(false)} />}
    </>
  )
}

function DomainLink({ domain }: { domain: Domain }) {
  return (
    <Link to="/domains/$id" params={{ id: domain.id }} className="ik-link ik-said">
      {domain.name}
    </Link>
  )
}

export function DomainStatus({ domain }: { domain: Domain }) {
  const t = domainTexts.useT()
  return <Status tone={domain.status === 'active' ? 'good' : 'warn'}>{t(`status.${domain.status}`)}</Status>
}

import { Button } from '@mantine/core'
import { IconPlus, IconUsers } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import type { paths } from '../../api/schema'
import { useSession } from '../../api/session'
import { common } from '../../i18n/common'
import { Choice, Filters, SearchField } from '../../ui/Filters'
import { PageHeader } from '../../ui/PageHeader'
import { usePaging } from '../../ui/paging'
import { Empty } from '../../ui/states'
import { useAct } from '../../visit/makeChanges'
import { AccountTable } from './AccountTable'
import { HiddenHint } from './HiddenHint'
import { accountTexts } from './texts'

const CreateAccount = lazy(() => import('./CreateAccount'))

const route = getRouteApi('/panel/accounts')

/** Accounts is the list that staff and resellers work from. Its state is its address. */
export function Accounts() {
  const t = accountTexts.useT()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMay()
  const { kind, account_id } = useSession().principal
  const reseller = kind === 'reseller'
  const act = useAct()
  const [creating, setCreating] = useState(false)
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, cursor: undefined, ...part }) })
  const query = useQuery({
    queryKey: ['accounts', 'list', search],
    queryFn: () => ok(api.GET('/accounts', { params: { query: asQuery(search) } })),
    placeholderData: keepPreviousData,
  })
  const paging = usePaging(search.cursor, query.data?.next_cursor, (cursor) => set({ cursor }))
  const create = may('account:create') && (
    <Button
      leftSection={<IconPlus size={16} aria-hidden="true" />}
      onClick={() => act('account:create', () => setCreating(true))}
    >
      {t('create')}
    </Button>
  )
  const hidden = query.data?.hidden_disabled ?? 0
  const hint = hidden > 0 && !search.status && (
    <HiddenHint count={hidden} show={() => set({ status: 'all' })} />
  )
  return (
    <>
      <PageHeader
        title={reseller ? t('titleReseller') : t('title')}
        lead={reseller ? t('leadReseller') : t('lead')}
        actions={create}
      />
      <AccountFilters search={search} set={set} />
      <AccountTable
        query={query}
        rows={
          // A reseller is in his own scope, and not his own customer.
          reseller ? query.data?.accounts.filter(({ id }) => id !== account_id) : query.data?.accounts
        }
        sort={search.sort ?? 'name'}
        onSort={(sort) => set({ sort: sort === 'name' ? undefined : sort })}
        paging={paging}
        filters={{
          active: Boolean(search.q || search.status || search.kind || search.owner_id),
          clear: () => void navigate({ search: {} }),
          hint: hint || (search.q ? t('nothing', { query: search.q }) : undefined),
        }}
        empty={
          <Empty
            icon={<IconUsers size={32} stroke={1.5} aria-hidden="true" />}
            title={t('empty.title')}
            text={hint || t('empty.text')}
            action={create}
          />
        }
      />
      {hint && (query.data?.accounts.length ?? 0) > 0 && hint}
      <Suspense>{creating && <CreateAccount onClose={() => setCreating(false)} />}</Suspense>
    </>
  )
}

type Search = ReturnType<typeof route.useSearch>
type Query = paths['/api/v1/accounts']['get']['parameters']['query']

/** asQuery asks what the address says. What somebody typed there wrongly is the server's to refuse. */
function asQuery(search: Search): Query {
  return { ...(search as Query), page_size: 50 }
}

function AccountFilters({ search, set }: { search: Search; set: (part: Partial<Search>) => void }) {
  const t = accountTexts.useT()
  const c = common.useT()
  const reseller = useSession().principal.kind === 'reseller'
  const kinds = ['customer', 'reseller', 'support', 'admin'] as const
  const statuses = ['active', 'suspended', 'disabled'] as const
  return (
    <Filters>
      <SearchField
        label={t('search.label')}
        placeholder={t('search.placeholder')}
        value={search.q}
        onSearch={(q) => set({ q })}
      />
      <Choice
        label={t('filter.status')}
        value={search.status}
        otherwise="usual"
        onChoose={(status) => set({ status })}
        options={[
          { value: 'usual', label: t('filter.usual') },
          ...statuses.map((status) => ({ value: status, label: c(`status.${status}`) })),
          { value: 'all', label: t('filter.all') },
        ]}
      />
      {!reseller && (
        <Choice
          label={t('filter.kind')}
          value={search.kind}
          otherwise="any"
          onChoose={(kind) => set({ kind })}
          options={[
            { value: 'any', label: t('filter.anyKind') },
            ...kinds.map((kind) => ({ value: kind, label: c(`kind.${kind}`) })),
          ]}
        />
      )}
    </Filters>
  )
}

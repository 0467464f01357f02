import { Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { useSession } from '../../api/session'
import type { Account } from '../../api/types'
import { common } from '../../i18n/common'
import { dateOnly } from '../../i18n/format'
import { type Column, Listing } from '../../ui/Listing'
import { AccountMenu } from './AccountMenu'
import { AccountStatus } from './status'
import { accountTexts } from './texts'

type Rest = Omit<
  ComponentProps<typeof Listing<Account>>,
  'label' | 'idOf' | 'columns' | 'card' | 'actions' | 'onOpen'
>

export function AccountTable(props: Rest) {
  const t = accountTexts.useT()
  const navigate = useNavigate()
  const columns = useColumns()
  return (
    <Listing<Account>
      {...props}
      label={t('title')}
      idOf={(account) => account.id}
      columns={columns}
      card={(account) => <AccountCard account={account} />}
      actions={(account) => <AccountMenu account={account} />}
      onOpen={(account) => void navigate({ to: '/accounts/$id/details', params: { id: account.id } })}
    />
  )
}

function useColumns(): Column<Account>[] {
  const t = accountTexts.useT()
  const c = common.useT()
  const staff = useSession().principal.kind !== 'reseller'
  const columns: (Column<Account> | false)[] = [
    {
      key: 'name',
      title: t('column.name'),
      sort: 'name',
      width: '24%',
      render: (account) => <Name account={account} />,
    },
    staff && {
      key: 'kind',
      title: t('column.kind'),
      render: (account) => c(`kind.${account.kind}`),
      width: 120,
    },
    {
      key: 'domain',
      title: t('column.domain'),
      from: 'md',
      render: (account) => account.primary_domain ?? c('none'),
    },
    {
      key: 'plan',
      title: t('column.plan'),
      from: 'lg',
      render: (account) => account.plan?.name ?? c('none'),
      width: 105,
    },
    staff && {
      key: 'owner',
      title: t('column.owner'),
      from: 'xl',
      render: (account) => ownerName(account) ?? c('none'),
      width: 150,
    },
    {
      key: 'status',
      title: t('column.status'),
      render: (account) => <AccountStatus status={account.status} />,
      width: 145,
    },
    {
      key: 'created_at',
      title: t('column.created'),
      sort: 'created_at',
      from: 'md',
      render: (account) => <span className="ik-tabular">{dateOnly(account.created_at)}</span>,
      width: 125,
    },
  ]
  return columns.filter((column) => column !== false)
}

/** ownerName names the reseller; what the installation owns itself has none worth naming. */
function ownerName(account: Account): string | null {
  return account.owner?.kind === 'reseller' ? account.owner.name : null
}

function Name({ account }: { account: Account }) {
  return (
    <>
      <Link to="/accounts/$id/details" params={{ id: account.id }} className="ik-link ik-said">
        {account.name}
      </Link>
      <Text size="xs" c="dimmed" className="ik-said" truncate>
        {account.email}
      </Text>
    </>
  )
}

function AccountCard({ account }: { account: Account }) {
  const c = common.useT()
  const facts = [c(`kind.${account.kind}`), account.plan?.name, account.primary_domain].filter(Boolean)
  return (
    <>
      <Name account={account} />
      <Text size="xs" c="dimmed" mt={2}>
        {facts.join(' · ')}
      </Text>
      <AccountStatus status={account.status} />
    </>
  )
}

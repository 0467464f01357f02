import { Button, Menu, Skeleton } from '@mantine/core'
import { IconChevronDown, IconKey } from '@tabler/icons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Outlet, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useMay } from '../../api/permission'
import { accountQuery } from '../../api/queries'
import type { Account } from '../../api/types'
import { common } from '../../i18n/common'
import { Card } from '../../ui/Card'
import { PageHeader } from '../../ui/PageHeader'
import { RouteTabs } from '../../ui/RouteTabs'
import { Failure } from '../../ui/states'
import { WhyButton } from '../../ui/Why'
import { prefillOf } from '../../visit/start'
import { useAccountActions } from './actions'
import { AccountStatus } from './status'
import { accountTexts } from './texts'

const route = getRouteApi('/panel/accounts/$id')

/** AccountPage is one account: its header with what can be done, and its parts. */
export function AccountPage() {
  const { id } = route.useParams()
  const query = useQuery(accountQuery(id))
  if (query.isPending) {
    return (
      <div aria-busy="true">
        <Skeleton height={30} width={260} mb="lg" />
        <Skeleton height={260} radius="lg" />
      </div>
    )
  }
  if (query.error && !query.data) {
    return (
      <Card>
        <Failure error={query.error} retry={() => query.refetch()} />
      </Card>
    )
  }
  return <Loaded key={id} account={query.data.account} />
}

function Loaded({ account }: { account: Account }) {
  const t = accountTexts.useT()
  const c = common.useT()
  const { id } = account
  const may = useMay()
  const navigate = useNavigate()
  const search = route.useSearch()
  const [asked, setAsked] = useState(search)
  const { signIn, announce, actions, dialogs, openSignIn } = useAccountActions({
    account,
    onDeleted: () => void navigate({ to: '/accounts' }),
  })
  // The address asks for the dialog once: coming back to it later must not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the address counts
  useEffect(() => {
    if (!search.sign_in) return
    setAsked(search)
    if (search.sign_in === '1') openSignIn()
    void navigate({ to: '.', search: {}, replace: true })
  }, [search])
  const more = announce ? [announce, ...actions] : actions
  const hosts = account.kind === 'customer' || account.kind === 'reseller'
  const params = { id }
  return (
    <>
      <PageHeader
        title={account.name}
        beside={<AccountStatus status={account.status} />}
        lead={[c(`kind.${account.kind}`), account.email, account.primary_domain].filter(Boolean).join(' · ')}
        back={{ to: '/accounts', label: t('page.back') }}
        actions={
          <>
            {signIn && (
              <WhyButton
                whyNot={signIn.whyNot ?? null}
                leftSection={<IconKey size={16} aria-hidden="true" />}
                onClick={signIn.run}
              >
                {signIn.label}
              </WhyButton>
            )}
            {more.length > 0 && (
              <Menu width={240}>
                <Menu.Target>
                  <Button variant="default" rightSection={<IconChevronDown size={15} aria-hidden="true" />}>
                    {t('act.more')}
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {more.map((action) => (
                    <Menu.Item
                      key={action.key}
                      c={action.risky ? 'var(--ik-bad)' : undefined}
                      onClick={action.run}
                    >
                      {action.label}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
            )}
          </>
        }
      />
      <RouteTabs
        label={t('page.tabs.label')}
        tabs={[
          { to: '/accounts/$id/details', params, label: t('page.tabs.details') },
          ...(hosts && may('domain:view')
            ? [{ to: '/accounts/$id/domains', params, label: t('page.tabs.domains') } as const]
            : []),
          ...(hosts && may('mailbox:view')
            ? [{ to: '/accounts/$id/mail', params, label: t('page.tabs.mail') } as const]
            : []),
          ...(may('activity:view')
            ? [{ to: '/accounts/$id/activity', params, label: t('page.tabs.activity') } as const]
            : []),
          ...(hosts && may('impersonation:view')
            ? [{ to: '/accounts/$id/visits', params, label: t('page.tabs.visits') } as const]
            : []),
        ]}
      />
      <Outlet />
      {dialogs(prefillOf(asked))}
    </>
  )
}

/** useAccount gives the parts of the page the account that the page has loaded. */
export function useAccount(): { account: Account; etag: string } {
  const { id } = route.useParams()
  return useSuspenseQuery(accountQuery(id)).data
}

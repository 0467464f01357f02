import { Loader } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import {
  createSpotlight,
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { IconKey, IconSearch, IconUser } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, ok } from '../api/client'
import { useMay } from '../api/permission'
import { useSession } from '../api/session'
import { navigationFor } from './navigation'
import { closeOverlay } from './shortcuts'
import { layoutTexts } from './texts'

const [store, spotlight] = createSpotlight()

/** Search finds pages, and accounts for those who care for some. */
export default function Search() {
  const t = layoutTexts.useT()
  const may = useMay()
  const session = useSession()
  const navigate = useNavigate()
  const [query, setQuery] = useState('')
  const [settled] = useDebouncedValue(query.trim(), 200)
  const findsAccounts = may('account:view') && session.principal.kind !== 'customer'
  const accounts = useQuery({
    queryKey: ['accounts', 'search', settled],
    queryFn: () =>
      ok(api.GET('/accounts', { params: { query: { q: settled, page_size: 8, status: 'all' } } })),
    enabled: findsAccounts && settled.length > 0,
    placeholderData: keepPreviousData,
  })
  useEffect(() => {
    spotlight.open()
    return spotlight.close
  }, [])
  const wanted = query.trim().toLowerCase()
  const pages: SpotlightActionData[] = navigationFor(session)
    .flatMap((group) => group.places)
    .filter((place) => t(place.label).toLowerCase().includes(wanted))
    .map((place) => ({
      id: place.to,
      label: t(place.label),
      leftSection: <place.icon size={20} stroke={1.6} aria-hidden="true" />,
      onClick: () => void navigate({ to: place.to }),
    }))
  const groups: SpotlightActionGroupData[] = [{ group: t('search.pages'), actions: pages }]
  if (wanted && accounts.data) {
    const found: SpotlightActionData[] = accounts.data.accounts.map((account) => ({
      id: account.id,
      label: account.name,
      description: [account.email, account.primary_domain].filter(Boolean).join(' · '),
      leftSection: <IconUser size={20} stroke={1.6} aria-hidden="true" />,
      onClick: () => void navigate({ to: '/accounts/$id/details', params: { id: account.id } }),
    }))
    groups.push({ group: t('search.accounts'), actions: found })
    const enterable = accounts.data.accounts.filter((account) => account.can.impersonate)
    const enter: SpotlightActionData[] = enterable.map((account) => ({
      id: `sign-in-${account.id}`,
      label: t('search.signInAs', { name: account.name }),
      description: [account.email, account.primary_domain].filter(Boolean).join(' · '),
      leftSection: <IconKey size={20} stroke={1.6} aria-hidden="true" />,
      onClick: () =>
        void navigate({ to: '/accounts/$id/details', params: { id: account.id }, search: { sign_in: '1' } }),
    }))
    groups.push({ group: t('search.visits'), actions: enter })
  }
  return (
    <Spotlight
      store={store}
      onSpotlightClose={closeOverlay}
      actions={groups.filter((group) => group.actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      filter={(_, actions) => actions}
      shortcut={null}
      scrollable
      maxHeight={420}
      nothingFound={accounts.isFetching ? t('search.searching') : t('search.nothing')}
      searchProps={{
        placeholder: t('search.placeholder'),
        'aria-label': t('search.label'),
        leftSection: accounts.isFetching ? (
          <Loader size={16} />
        ) : (
          <IconSearch size={18} stroke={1.6} aria-hidden="true" />
        ),
      }}
    />
  )
}

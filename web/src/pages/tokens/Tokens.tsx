import { Button, Menu, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { api, ok } from '../../api/client'
import { useSession } from '../../api/session'
import type { ApiToken, MadeToken } from '../../api/types'
import { moment } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { Listing } from '../../ui/Listing'
import { Moment } from '../../ui/Moment'
import { PageHeader } from '../../ui/PageHeader'
import { usePaging } from '../../ui/paging'
import { RowMenu } from '../../ui/RowMenu'
import { Status } from '../../ui/Status'
import { Empty } from '../../ui/states'
import { complain, toast } from '../../ui/toast'
import { scopeName, tokensChanged, tokensQuery } from './calls'
import { Secret } from './Secret'
import { tokensTexts } from './texts'

const CreateToken = lazy(() => import('./CreateToken'))

const route = getRouteApi('/panel/tokens')

/** Tokens is the page of one's own API tokens. In a visit it stays closed. */
export function Tokens() {
  const t = tokensTexts.useT()
  const { impersonation } = useSession()
  if (!impersonation) return <Own />
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Card title={t('title')} note={t('closed')}>
        {null}
      </Card>
    </>
  )
}

function Own() {
  const t = tokensTexts.useT()
  const { cursor } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery({ ...tokensQuery(cursor), placeholderData: keepPreviousData })
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<MadeToken | null>(null)
  const paging = usePaging(
    cursor,
    query.data?.next_cursor,
    (next) => void navigate({ search: { cursor: next } }),
  )
  const make = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden="true" />}
      onClick={() => setMaking(true)}
      disabled={!query.data}
    >
      {t('make')}
    </Button>
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={
          <>
            {t('lead')}{' '}
            <a href="/api/docs" className="ik-link">
              {t('manual')}
            </a>
          </>
        }
        actions={make}
      />
      <Listing<ApiToken>
        label={t('title')}
        query={query}
        rows={query.data?.tokens}
        idOf={(token) => token.id}
        paging={paging}
        columns={[
          { key: 'name', title: t('column.name'), width: 190, render: (token) => <Name token={token} /> },
          { key: 'may', title: t('column.may'), from: 'md', render: (token) => <May token={token} /> },
          { key: 'state', title: t('column.state'), width: 150, render: (token) => <State token={token} /> },
          { key: 'used', title: t('column.used'), width: 150, render: (token) => <Used token={token} /> },
          {
            key: 'expires',
            title: t('column.expires'),
            width: 170,
            from: 'lg',
            render: (token) => <Moment at={token.expires_at} />,
          },
        ]}
        card={(token) => (
          <>
            <Name token={token} />
            <State token={token} />
            <May token={token} />
            <Text size="xs" c="dimmed" component="div">
              {t('column.used')}: <Used token={token} />
            </Text>
          </>
        )}
        actions={(token) => <Acts token={token} onMade={setMade} />}
        empty={<Empty title={t('emptyTitle')} text={t('emptyText')} />}
      />
      <Suspense>
        {making && (
          <CreateToken
            scopes={(query.data?.scopes ?? []).map((scope) => scope.name)}
            onMade={(token) => {
              setMaking(false)
              setMade(token)
            }}
            onClose={() => setMaking(false)}
          />
        )}
      </Suspense>
      {made && <Secret made={made} onDone={() => setMade(null)} />}
    </>
  )
}

function Name({ token }: { token: ApiToken }) {
  const t = tokensTexts.useT()
  return (
    <>
      <Text size="sm" fw={600} className="ik-said">
        {token.name}
      </Text>
      <Text size="xs" c="dimmed" ff="monospace">
        {t('hint', { hint: token.hint })}
      </Text>
    </>
  )
}

function May({ token }: { token: ApiToken }) {
  const t = tokensTexts.useT()
  return (
    <>
      <Text size="xs">{token.scopes.map(scopeName).join(' · ')}</Text>
      {token.networks.length > 0 && (
        <Text size="xs" c="dimmed">
          {t('from', { networks: token.networks.join(', ') })}
        </Text>
      )}
    </>
  )
}

function State({ token }: { token: ApiToken }) {
  const t = tokensTexts.useT()
  const active = token.state === 'active'
  return (
    <>
      <Status tone={active ? 'good' : 'quiet'} hollow={!active}>
        {t(`state.${token.state}`)}
      </Status>
      {token.previous_until && (
        <Text size="xs" c="dimmed">
          {t('until', { at: moment(token.previous_until) })}
        </Text>
      )}
    </>
  )
}

function Used({ token }: { token: ApiToken }) {
  const t = tokensTexts.useT()
  if (!token.last_used_at) return <>{t('never')}</>
  return (
    <>
      <Moment at={token.last_used_at} relative />
      <Text size="xs" c="dimmed" className="ik-tabular" component="span" display="block">
        {token.last_used_ip}
      </Text>
    </>
  )
}

function Acts({ token, onMade }: { token: ApiToken; onMade: (made: MadeToken) => void }) {
  const t = tokensTexts.useT()
  const { id, name } = token
  const navigate = route.useNavigate()
  const path = { id }
  const rotate = useMutation({
    mutationFn: () => ok(api.POST('/tokens/{id}/rotate', { params: { path }, body: {} })),
    onSuccess: async (made) => {
      await tokensChanged()
      onMade(made)
    },
    onError: complain,
  })
  const revoke = useMutation({
    mutationFn: () => ok(api.DELETE('/tokens/{id}', { params: { path } })),
    onSuccess: async () => {
      toast(t('revoked', { name }))
      await tokensChanged()
    },
    onError: complain,
  })
  const askRotate = async () => {
    if (
      await confirm({
        title: t('rotateTitle', { name }),
        text: t('rotateText'),
        act: t('rotateAct'),
        risky: false,
      })
    )
      rotate.mutate()
  }
  const askRevoke = async () => {
    if (await confirm({ title: t('revokeTitle', { name }), text: t('revokeText'), act: t('revokeAct') }))
      revoke.mutate()
  }
  return (
    <RowMenu name={name}>
      <Menu.Item onClick={() => void navigate({ to: '/activity', search: { token_id: id } })}>
        {t('did')}
      </Menu.Item>
      {token.state === 'active' && (
        <>
          <Menu.Item onClick={() => void askRotate()}>{t('rotate')}</Menu.Item>
          <Menu.Item color="clay" onClick={() => void askRevoke()}>
            {t('revoke')}
          </Menu.Item>
        </>
      )}
    </RowMenu>
  )
}

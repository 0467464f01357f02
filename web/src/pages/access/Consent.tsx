import { Alert, Box, Button, Group, Radio, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'
import type { AccessRequest } from '../../api/types'
import { moment } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { Failure } from '../../ui/states'
import { complain, toast } from '../../ui/toast'
import { ownerTexts } from './ownerTexts'

const policies = ['open', 'ask', 'locked'] as const
type Policy = (typeof policies)[number]

/** Consent is where an owner decides who comes in, and answers who asks. */
export function Consent() {
  const acting = useSession().impersonation !== null
  const may = useMay()
  if (acting || !may('consent:manage')) return null
  return (
    <Box mb="xl" className="ik-no-print">
      <Waiting />
      <Decision />
    </Box>
  )
}

function Waiting() {
  const query = useQuery({
    queryKey: ['access-requests'],
    queryFn: () => ok(api.GET('/me/access-requests')),
    refetchInterval: 5_000,
  })
  const open = (query.data?.requests ?? []).filter(({ state }) => state === 'waiting' || state === 'approved')
  return (
    <div aria-live="polite">
      {open.map((request) => (
        <Asking key={request.request_id} request={request} />
      ))}
    </div>
  )
}

function Asking({ request }: { request: AccessRequest }) {
  const t = ownerTexts.useT()
  const client = useQueryClient()
  const answer = useMutation({
    mutationFn: async (yes: boolean) => {
      const params = { path: { id: request.request_id } }
      if (yes) await api.POST('/me/access-requests/{id}/approve', { params })
      else await api.POST('/me/access-requests/{id}/deny', { params })
    },
    onError: complain,
    onSettled: () => client.invalidateQueries({ queryKey: ['access-requests'] }),
  })
  const waiting = request.state === 'waiting'
  const actor = [request.actor.name, request.actor.employer].filter(Boolean).join(', ')
  return (
    <Alert color="brass" mb="md" title={t('asks', { actor })} styles={{ message: { color: 'inherit' } }}>
      <Text size="sm" className="ik-said">
        “{request.reason}” · {request.mode === 'change' ? t('asksChange') : t('asksLook')}
      </Text>
      <Text size="sm" mt={4}>
        {waiting ? t('until', { until: moment(request.lapses_at) }) : t('approved')}
      </Text>
      <Group gap="xs" mt="sm">
        {waiting && (
          <Button size="xs" onClick={() => answer.mutate(true)} disabled={answer.isPending}>
            {t('approve')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => answer.mutate(false)} disabled={answer.isPending}>
          {waiting ? t('deny') : t('takeBack')}
        </Button>
      </Group>
    </Alert>
  )
}

function Decision() {
  const t = ownerTexts.useT()
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['access-policy'], queryFn: () => ok(api.GET('/me/access-policy')) })
  const change = useMutation({
    mutationFn: (policy: Policy) => api.PUT('/me/access-policy', { body: { policy } }),
    onSuccess: () => toast(t('changed')),
    onError: complain,
    onSettled: () =>
      Promise.all(
        ['access-policy', 'access-requests', 'access-history'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  })
  const decide = async (policy: Policy) => {
    const question = { title: t('lockTitle'), text: t('lockText'), act: t('lockAct') }
    if (policy !== 'locked' || (await confirm(question))) change.mutate(policy)
  }
  return (
    <Card title={t('title')} note={t('note')}>
      {query.isPending && <Skeleton height={120} aria-busy="true" />}
      {query.error && !query.data && <Failure error={query.error} retry={() => query.refetch()} />}
      {query.data && (
        <Radio.Group
          aria-label={t('title')}
          value={query.data.policy}
          onChange={(policy) => void decide(policy as Policy)}
        >
          <Stack gap={10}>
            {policies.map((policy) => (
              <Radio
                key={policy}
                value={policy}
                label={t(policy)}
                description={t(`${policy}Text`)}
                disabled={change.isPending}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </Card>
  )
}

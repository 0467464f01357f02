import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconCheck, IconHourglass } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../api/client'
import type { AccessRequest } from '../api/types'
import { sayProblem } from '../api/words'
import { common } from '../i18n/common'
import { moment } from '../i18n/format'
import { consentTexts } from './consentTexts'
import { placeNow } from './path'

interface Props {
  request: AccessRequest
  onClose: () => void
}

/** Asked is a request on its way: waiting, with a place for the code; approved, with the way in; or over. */
export function Asked({ request: first, onClose }: Props) {
  const client = useQueryClient()
  const path = { id: first.request_id }
  const query = useQuery({
    queryKey: ['impersonation-requests', first.request_id],
    queryFn: () => ok(api.GET('/impersonation-requests/{id}', { params: { path } })),
    initialData: first,
    refetchInterval: 4_000,
  })
  const request = query.data
  const told = () => client.invalidateQueries({ queryKey: ['impersonation-requests'] })
  const withdraw = useMutation({
    mutationFn: () => api.DELETE('/impersonation-requests/{id}', { params: { path } }),
    onSuccess: () => {
      void told()
      onClose()
    },
    onError: told,
  })
  const open = request.state === 'waiting' || request.state === 'approved'
  return (
    <Stack>
      <State request={request} />
      {request.state === 'waiting' && request.kind === 'consent' && (
        <Code id={request.request_id} onAnswered={told} />
      )}
      {withdraw.error && <Complaint error={withdraw.error} />}
      {request.state === 'approved' && (
        <StartOn request={request} onWithdraw={() => withdraw.mutate()} busy={withdraw.isPending} />
      )}
      {request.state !== 'approved' && <Foot open={open} onClose={onClose} withdraw={withdraw} />}
    </Stack>
  )
}

function Foot(props: {
  open: boolean
  onClose: () => void
  withdraw: { mutate: () => void; isPending: boolean }
}) {
  const t = consentTexts.useT()
  const c = common.useT()
  return (
    <Group justify="flex-end" gap="xs">
      {props.open && (
        <Button variant="default" loading={props.withdraw.isPending} onClick={() => props.withdraw.mutate()}>
          {t('withdraw')}
        </Button>
      )}
      <Button onClick={props.onClose}>{c('act.close')}</Button>
    </Group>
  )
}

function State({ request }: { request: AccessRequest }) {
  const t = consentTexts.useT()
  const name = request.subject.name
  const until = moment(request.lapses_at)
  const inherit = { message: { color: 'inherit' } }
  if (request.state === 'waiting') {
    return (
      <Alert
        color="brass"
        title={t('waiting')}
        role="status"
        icon={<IconHourglass size={20} stroke={1.7} />}
        styles={inherit}
      >
        <Text size="sm">
          {request.kind === 'consent' ? t('waitingText', { name, until }) : t('waitingGlass', { until })}
        </Text>
      </Alert>
    )
  }
  if (request.state === 'approved') {
    return (
      <Alert
        color="teal"
        title={t('approved')}
        role="status"
        icon={<IconCheck size={20} stroke={1.7} />}
        styles={inherit}
      >
        <Text size="sm">{t('approvedText', { by: request.decided_by ?? name, until })}</Text>
      </Alert>
    )
  }
  return (
    <Alert color="clay" title={t(`over.${request.state}`)} role="status" styles={inherit}>
      <Text size="sm">{t('overText')}</Text>
    </Alert>
  )
}

function Complaint({ error }: { error: unknown }) {
  return (
    <Alert color="clay" role="alert">
      {sayProblem(error)}
    </Alert>
  )
}

function Code({ id, onAnswered }: { id: string; onAnswered: () => Promise<unknown> }) {
  const t = consentTexts.useT()
  const [code, setCode] = useState('')
  const give = useMutation({
    mutationFn: () =>
      api.POST('/impersonation-requests/{id}/code', { params: { path: { id } }, body: { code } }),
    onSettled: onAnswered,
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (code.trim()) give.mutate()
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t('code')}
          description={t('codeHint')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={give.error ? sayProblem(give.error) : undefined}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={12}
          style={{ flex: '1 1 14rem' }}
        />
        <Button
          type="submit"
          variant="default"
          loading={give.isPending}
          disabled={code.replace(/\D/g, '').length !== 6}
        >
          {t('codeGive')}
        </Button>
      </Group>
    </form>
  )
}

function StartOn(props: { request: AccessRequest; onWithdraw: () => void; busy: boolean }) {
  const t = consentTexts.useT()
  const { request } = props
  const start = useMutation({
    mutationFn: () => ok(api.POST('/impersonations', { body: bodyOn(request) })),
    onSuccess: (begun) => {
      if ('base_url' in begun) window.location.assign(`${begun.base_url}/dashboard`)
    },
  })
  return (
    <>
      {start.error && <Complaint error={start.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={props.onWithdraw} loading={props.busy}>
          {t('withdraw')}
        </Button>
        <Button onClick={() => start.mutate()} loading={start.isPending || start.isSuccess}>
          {t('start')}
        </Button>
      </Group>
    </>
  )
}

/** bodyOn is the start of a visit on an approved request: it says again what was approved. */
function bodyOn(request: AccessRequest) {
  return {
    account_id: request.subject.id,
    request_id: request.request_id,
    reason_code: request.reason_code as 'other',
    reason: request.reason,
    mode: request.mode,
    informed: request.informed,
    return_to: placeNow(),
    ...(request.not_told_because ? { not_told_because: request.not_told_because } : {}),
    ...(request.ticket ? { ticket: request.ticket } : {}),
  }
}

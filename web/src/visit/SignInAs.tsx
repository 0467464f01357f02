import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  Radio,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { api, ok } from '../api/client'
import type { AccessRequest, Account } from '../api/types'
import { fieldErrors } from '../api/words'
import { common } from '../i18n/common'
import { Asked } from './Asked'
import { placeNow } from './path'
import { ReasonField } from './ReasonField'
import { RefusedStart } from './RefusedStart'
import { signInTexts } from './signInTexts'
import { emptyStart, mayStayUntold, reasonCodes, type Start, startBody, startProblems } from './start'
import { visitTexts } from './texts'

interface Props {
  account: Pick<Account, 'id' | 'name' | 'kind' | 'status'>
  prefill?: { reason?: string; ticket?: string }
  onClose: () => void
}

const known = ['reason', 'reason_code', 'ticket', 'not_told_because', 'note'] as const

/** SignInAs asks why, whether the customer knows, and for what, and then starts a visit. It is never a plain link. */
export default function SignInAs({ account, prefill, onClose }: Props) {
  const t = signInTexts.useT()
  const c = common.useT()
  const label = account.kind === 'reseller' ? t('reseller') : t('user')
  const [start, setStart] = useState<Start>({
    ...emptyStart,
    reason: prefill?.reason ?? '',
    ticket: prefill?.ticket ?? '',
  })
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [asked, setAsked] = useState<AccessRequest | null>(null)
  const set = (part: Partial<Start>) => setStart((before) => ({ ...before, ...part }))
  const [tried, setTried] = useState(false)
  const missing = startProblems(start, account.kind)
  const lacks = (part: keyof Start, text: string) => (tried && missing.includes(part) ? text : undefined)
  const begin = async (supersede: boolean, breakGlass = false) => {
    setBusy(true)
    setError(null)
    try {
      const body = startBody(start, account.id, placeNow(), supersede)
      const whole = breakGlass ? { ...body, break_glass: true } : body
      const begun = await ok(api.POST('/impersonations', { body: whole }))
      if ('base_url' in begun) window.location.assign(`${begun.base_url}/dashboard`)
      else setAsked(begun)
    } catch (thrown) {
      setError(thrown)
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (missing.length === 0) void begin(false)
  }
  const { fields } = error ? fieldErrors(error, known) : { fields: {} as Record<string, string> }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('title', { label, name: account.name })}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      {asked ? (
        <Asked request={asked} onClose={onClose} />
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            <Real
              account={account}
              acknowledged={start.acknowledged}
              onAcknowledge={(acknowledged) => set({ acknowledged })}
              error={lacks('acknowledged', t('acknowledgeMissing'))}
            />
            <About
              start={start}
              set={set}
              errors={{ ...fields, reason: fields.reason ?? lacks('reason', t('reasonMissing')) }}
            />
            <Knows
              start={start}
              set={set}
              error={lacks('informed', t('informedMissing'))}
              becauseError={fields.not_told_because ?? lacks('because', t('becauseMissing'))}
            />
            <How start={start} set={set} status={account.status} />
            <Textarea
              label={t('note')}
              description={t('noteHint')}
              value={start.note}
              onChange={(event) => set({ note: event.currentTarget.value })}
              error={fields.note}
              maxLength={1000}
              autosize
              minRows={1}
              maxRows={4}
            />
            {error !== null && (
              <RefusedStart
                error={error}
                known={known}
                onSupersede={() => void begin(true)}
                name={account.name}
                onBreakGlass={
                  start.code === 'incident' || start.code === 'abuse' ? () => void begin(false, true) : null
                }
              />
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {c('act.cancel')}
              </Button>
              <Button type="submit" loading={busy}>
                {label}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}

function Real(props: {
  account: Props['account']
  acknowledged: boolean
  onAcknowledge: (yes: boolean) => void
  error?: string
}) {
  const t = signInTexts.useT()
  const { name, kind } = props.account
  const reseller = kind === 'reseller'
  return (
    <Alert
      color={reseller ? 'clay' : 'brass'}
      icon={<IconAlertTriangle size={20} stroke={1.7} aria-hidden="true" />}
      styles={{ message: { color: 'inherit' } }}
    >
      <Text size="sm">{reseller ? t('realReseller', { name }) : t('real', { name })}</Text>
      <Text size="sm" mt={4}>
        {t('private')}
      </Text>
      {reseller && (
        <Checkbox
          mt="sm"
          label={t('acknowledge', { name })}
          checked={props.acknowledged}
          error={props.error}
          onChange={(event) => props.onAcknowledge(event.currentTarget.checked)}
        />
      )}
    </Alert>
  )
}

interface PartProps {
  start: Start
  set: (part: Partial<Start>) => void
}

function About({ start, set, errors }: PartProps & { errors: Record<string, string | undefined> }) {
  const t = signInTexts.useT()
  const v = visitTexts.useT()
  return (
    <>
      <Group grow align="flex-start" gap="sm">
        <Select
          label={t('code')}
          data={reasonCodes.map((code) => ({ value: code, label: v(`code.${code}`) }))}
          value={start.code}
          onChange={(code) => set({ code: (code as Start['code']) ?? start.code })}
          allowDeselect={false}
          error={errors.reason_code}
          comboboxProps={{ shadow: 'md' }}
        />
        <TextInput
          label={t('ticket')}
          placeholder={t('ticketHint')}
          value={start.ticket}
          onChange={(event) => set({ ticket: event.currentTarget.value })}
          error={errors.ticket}
        />
      </Group>
      <ReasonField
        value={start.reason}
        onChange={(reason) => set({ reason })}
        error={errors.reason}
        autoFocus
      />
    </>
  )
}

function Knows({ start, set, error, becauseError }: PartProps & { error?: string; becauseError?: string }) {
  const t = signInTexts.useT()
  return (
    <div>
      <Radio.Group
        label={t('informed')}
        value={start.informed}
        onChange={(informed) => set({ informed: informed as Start['informed'] })}
        error={error}
      >
        <Stack gap={8} mt={6}>
          <Radio value="asked" label={t('asked')} />
          <Radio value="told" label={t('told')} />
          <Radio
            value="not_told"
            label={t('notTold')}
            description={mayStayUntold(start.code) ? undefined : t('notToldHint')}
            disabled={!mayStayUntold(start.code)}
          />
        </Stack>
      </Radio.Group>
      {start.informed === 'not_told' && mayStayUntold(start.code) && (
        <Textarea
          mt="xs"
          label={t('because')}
          value={start.because}
          onChange={(event) => set({ because: event.currentTarget.value })}
          error={becauseError}
          maxLength={500}
          autosize
          minRows={1}
          maxRows={4}
        />
      )}
    </div>
  )
}

function How({ start, set, status }: PartProps & { status: Account['status'] }) {
  const t = signInTexts.useT()
  const whyNot =
    status === 'suspended' ? t('changeSuspended') : status === 'disabled' ? t('changeDisabled') : null
  return (
    <Radio.Group
      label={t('mode')}
      value={start.mode}
      onChange={(mode) => set({ mode: mode as Start['mode'] })}
    >
      <Stack gap={8} mt={6}>
        <Radio value="look" label={t('look')} description={t('lookText')} />
        <Radio
          value="change"
          label={t('change')}
          description={whyNot ?? t('changeText')}
          disabled={whyNot !== null}
        />
      </Stack>
    </Radio.Group>
  )
}

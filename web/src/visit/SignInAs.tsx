import { Alert, Button, Checkbox, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type Dispatch, type FormEvent, type SetStateAction, useEffect, useState } from 'react'
import { api, ok } from '../api/client'
import { requestsQuery } from '../api/queries'
import { useSession } from '../api/session'
import type { AccessRequest, Account } from '../api/types'
import { fieldErrors, sayProblem } from '../api/words'
import { common } from '../i18n/common'
import { moment } from '../i18n/format'
import { toast } from '../ui/toast'
import { About } from './About'
import { Asked } from './Asked'
import { announcementsQuery, useAnnounce } from './announcements'
import { placeNow } from './path'
import { RefusedStart } from './RefusedStart'
import { reasonReady } from './reason'
import { signInTexts } from './signInTexts'
import { emptyStart, mayStayUntold, type Start, startBody, startProblems, type Why } from './start'

interface Props {
  account: Pick<Account, 'id' | 'name' | 'kind' | 'can'>
  prefill?: Partial<Why>
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
    ...prefill,
  })
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [asked, setAsked] = useStanding(account.id)
  const announced = useAnnounced(account.id, setStart)
  const announce = useAnnounce(account.id, () => toast(t('announce.done', { name: account.name })))
  const set = (part: Partial<Start>) => setStart((before) => ({ ...before, ...part }))
  const [tried, setTried] = useState(false)
  const [told, setTold] = useState(false)
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
  const tell = () => {
    setTold(true)
    if (reasonReady(start.reason)) announce.mutate(start)
  }
  const wrong = error ?? announce.error
  const { fields } = wrong ? fieldErrors(wrong, known) : { fields: {} as Record<string, string> }
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
              why={start}
              set={set}
              errors={{
                ...fields,
                reason:
                  fields.reason ??
                  lacks('reason', t('reasonMissing')) ??
                  (told && missing.includes('reason') ? t('reasonMissing') : undefined),
              }}
            />
            <Knows
              start={start}
              set={set}
              announced={announced?.created_at}
              error={lacks('informed', t('informedMissing'))}
              becauseError={fields.not_told_because ?? lacks('because', t('becauseMissing'))}
            />
            <How start={start} set={set} whyNot={account.can.look_only_because} />
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
            {announce.error && (
              <Alert color="clay" role="alert" title={t('announce.failed')}>
                {sayProblem(announce.error)}
              </Alert>
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="subtle" onClick={tell} loading={announce.isPending} mr="auto">
                {t('announce.act')}
              </Button>
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

/** useStanding: what this person has asked of the account already is shown, and not asked again. */
function useStanding(accountId: string) {
  const [asked, setAsked] = useState<AccessRequest | null>(null)
  const { principal } = useSession()
  const standing = useQuery(requestsQuery).data?.requests.find(
    (request) => request.actor.id === principal.person_id && request.subject.id === accountId,
  )
  return [asked ?? standing ?? null, setAsked] as const
}

/** useAnnounced: what was announced is what the dialog begins with, unless a reason or a ticket stands there already. */
function useAnnounced(accountId: string, setStart: Dispatch<SetStateAction<Start>>) {
  const announced = useQuery(announcementsQuery(accountId)).data?.announcements[0]
  useEffect(() => {
    if (!announced) return
    const { reason, ticket } = announced
    const code = announced.reason_code as Start['code']
    setStart((before) =>
      before.reason === '' && before.ticket === '' ? { ...before, code, reason, ticket } : before,
    )
  }, [announced, setStart])
  return announced
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

interface KnowsProps extends PartProps {
  announced?: string
  error?: string
  becauseError?: string
}

function Knows({ start, set, announced, error, becauseError }: KnowsProps) {
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
          <Radio
            value="told"
            label={t('told')}
            description={announced && t('announce.told', { at: moment(announced) })}
          />
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

function How({ start, set, whyNot }: PartProps & { whyNot: string | null }) {
  const t = signInTexts.useT()
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

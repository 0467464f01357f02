import { Alert, Button, Divider, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { passkeysQuery, stepUpWithPasskey, usePasskeysHere } from '../api/passkey'
import { problemOf } from '../api/problem'
import { useAskingForProof } from '../api/proof'
import { useSession } from '../api/session'
import { stepUp } from '../api/signing'
import { sayProblem } from '../api/words'
import { common } from '../i18n/common'
import { CodeField } from '../pages/session/CodeField'
import { PasskeyButton } from '../pages/session/PasskeyButton'
import { sessionTexts } from '../pages/session/texts'
import { useProving } from '../pages/session/useProving'
import type { Asking } from '../ui/ask'

/** StepUpDialog is mounted once. It asks for a passkey or the password again, and what was tried goes on. */
export function StepUpDialog() {
  const pending = useAskingForProof()
  return pending ? <StepUp {...pending} /> : null
}

function StepUp({ answer }: Asking<true, boolean>) {
  const t = sessionTexts.useT()
  const c = common.useT()
  const { principal } = useSession()
  const [password, setPassword] = useState('')
  const hasPasskey = useHasPasskey()
  const { code, setCode, methods, problem, setProblem, busy, tryIt } = useProving<void>({
    done: () => answer(true),
    say: (error) => problemOf(error).fields[0]?.detail ?? sayProblem(error),
    again: () => setPassword(''),
  })
  const go = async () => {
    if (!password) return setProblem(t('stepUp.missing'))
    if (code !== null && !code.trim()) return setProblem(t('code.missing'))
    await tryIt('password', () => stepUp(password, code?.trim() || undefined))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation() // the form that waits below is not meant
    void go()
  }
  return (
    <Modal
      opened
      onClose={() => answer(false)}
      title={t('stepUp.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
      zIndex={930}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">{hasPasskey ? t('stepUp.leadPasskey') : t('stepUp.lead')}</Text>
          {problem && (
            <Alert color="clay" role="alert">
              {problem}
            </Alert>
          )}
          {hasPasskey && (
            <>
              <PasskeyButton
                first
                loading={busy === 'passkey'}
                onClick={() => void tryIt('passkey', stepUpWithPasskey)}
                data-autofocus
              >
                {t('passkey.second')}
              </PasskeyButton>
              <Divider label={t('passkey.or')} />
            </>
          )}
          {/* For password managers: whose password this is. */}
          <input type="text" name="login" autoComplete="username" value={principal.name} readOnly hidden />
          <PasswordInput
            label={t('stepUp.password')}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            size="md"
            data-autofocus={hasPasskey ? undefined : true}
          />
          {code !== null && <CodeField value={code} onChange={setCode} app={methods.includes('totp')} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => answer(false)}>
              {c('act.cancel')}
            </Button>
            <Button type="submit" variant={hasPasskey ? 'default' : 'filled'} loading={busy === 'password'}>
              {t('stepUp.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** useHasPasskey: the person has a passkey that can be used on this page. */
function useHasPasskey(): boolean {
  const usable = usePasskeysHere() === true
  const { data } = useQuery({ ...passkeysQuery, enabled: usable })
  return usable && (data?.passkeys.length ?? 0) > 0
}

import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { signInWithPasskey, usePasskeysHere } from '../../api/passkey'
import { problemOf } from '../../api/problem'
import { signIn } from '../../api/signing'
import type { SessionInfo } from '../../api/types'
import { sayProblem } from '../../api/words'
import { CodeField } from './CodeField'
import { PasskeyButton } from './PasskeyButton'
import { sessionTexts } from './texts'
import { useProving } from './useProving'

/**
 * SignInForm asks who you are, and for a second factor once the server wants one. It says the same whatever of
 * the first two was wrong. A passkey says it all at once.
 */
export function SignInForm({
  onDone,
  login: known = '',
}: {
  onDone: (session: SessionInfo) => void
  login?: string
}) {
  const t = sessionTexts.useT()
  const [login, setLogin] = useState(known)
  const [password, setPassword] = useState('')
  const passkeys = usePasskeysHere()
  const { code, setCode, methods, problem, setProblem, busy, tryIt } = useProving({
    done: onDone,
    say: signInProblem,
    again: () => {
      setPassword('')
      setCode(null)
    },
  })
  const submit = async () => {
    if (!login.trim() || !password) return setProblem(t('signIn.missing'))
    if (code !== null && !code.trim()) return setProblem(t('code.missing'))
    await tryIt('password', () => signIn(login.trim(), password, code?.trim() || undefined))
  }
  const second = code !== null && methods.includes('passkey')
  const usePasskey = () =>
    void tryIt('passkey', () => signInWithPasskey(second ? { login: login.trim(), password } : undefined))
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Stack gap="md">
        {problem && (
          <Alert color="clay" role="alert">
            {problem}
          </Alert>
        )}
        <TextInput
          label={t('signIn.login')}
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          name="login"
          size="md"
          autoFocus={!known}
        />
        <PasswordInput
          label={t('signIn.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          name="password"
          size="md"
          autoFocus={Boolean(known)}
        />
        {second && passkeys && (
          <>
            <PasskeyButton first loading={busy === 'passkey'} onClick={usePasskey}>
              {t('passkey.second')}
            </PasskeyButton>
            <Divider label={t('passkey.or')} />
          </>
        )}
        {code !== null && <CodeField value={code} onChange={setCode} app={methods.includes('totp')} />}
        <Button
          type="submit"
          size="md"
          variant={second && passkeys ? 'default' : 'filled'}
          loading={busy === 'password'}
          mt="xs"
        >
          {t('signIn.submit')}
        </Button>
        {code === null && passkeys && (
          <>
            <Divider label={t('passkey.or')} />
            <PasskeyButton loading={busy === 'passkey'} onClick={usePasskey}>
              {t('passkey.signIn')}
            </PasskeyButton>
          </>
        )}
      </Stack>
    </form>
  )
}

function signInProblem(error: unknown): string {
  const problem = problemOf(error)
  return problem.code === 'sign-in-throttled' && !problem.detail
    ? sessionTexts.t()('problem.throttledSoon')
    : sayProblem(error)
}

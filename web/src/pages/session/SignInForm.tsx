import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { problemOf } from '../../api/problem'
import { signIn } from '../../api/session'
import type { SessionInfo } from '../../api/types'
import { sayProblem } from '../../api/words'
import { sessionTexts } from './texts'

/** SignInForm asks who you are. It says the same whatever of the two was wrong. */
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
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async () => {
    if (!login.trim() || !password) return setProblem(t('signIn.missing'))
    setBusy(true)
    setProblem(null)
    try {
      onDone(await signIn(login.trim(), password))
    } catch (error) {
      setProblem(signInProblem(error))
      setPassword('')
      setBusy(false)
    }
  }
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
        <Button type="submit" size="md" loading={busy} mt="xs">
          {t('signIn.submit')}
        </Button>
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

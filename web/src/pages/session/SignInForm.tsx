import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { problemOf } from '../../api/problem'
import { signIn } from '../../api/signing'
import type { SessionInfo } from '../../api/types'
import { sayProblem } from '../../api/words'
import { asksForCode, CodeField } from './CodeField'
import { sessionTexts } from './texts'

/** SignInForm asks who you are, and for a code once the server wants one. It says the same whatever of the first two was wrong. */
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
  const [code, setCode] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async () => {
    if (!login.trim() || !password) return setProblem(t('signIn.missing'))
    if (code !== null && !code.trim()) return setProblem(t('code.missing'))
    setBusy(true)
    setProblem(null)
    try {
      onDone(await signIn(login.trim(), password, code?.trim() || undefined))
    } catch (error) {
      setBusy(false)
      const { code: why } = problemOf(error)
      if (asksForCode(why)) {
        setCode('')
        return setProblem(why === 'code-wrong' ? sayProblem(error) : null)
      }
      setProblem(signInProblem(error))
      setPassword('')
      setCode(null)
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
        {code !== null && <CodeField value={code} onChange={setCode} />}
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

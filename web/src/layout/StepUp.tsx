import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { problemOf } from '../api/problem'
import { useAskingForProof } from '../api/proof'
import { useSession } from '../api/session'
import { stepUp } from '../api/signing'
import { sayProblem } from '../api/words'
import { common } from '../i18n/common'
import { asksForCode, CodeField } from '../pages/session/CodeField'
import { sessionTexts } from '../pages/session/texts'
import type { Asking } from '../ui/ask'

/** StepUpDialog is mounted once. It asks for the password again, and what was tried goes on. */
export function StepUpDialog() {
  const pending = useAskingForProof()
  return pending ? <StepUp {...pending} /> : null
}

function StepUp({ answer }: Asking<true, boolean>) {
  const t = sessionTexts.useT()
  const c = common.useT()
  const { principal } = useSession()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const go = async () => {
    if (!password) return setProblem(t('stepUp.missing'))
    if (code !== null && !code.trim()) return setProblem(t('code.missing'))
    setBusy(true)
    setProblem(null)
    try {
      await stepUp(password, code?.trim() || undefined)
      answer(true)
    } catch (error) {
      setBusy(false)
      const { code: why, fields } = problemOf(error)
      if (asksForCode(why)) setCode('')
      else setPassword('')
      setProblem(why === 'code-required' ? null : (fields[0]?.detail ?? sayProblem(error)))
    }
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
          <Text size="sm">{t('stepUp.lead')}</Text>
          {problem && (
            <Alert color="clay" role="alert">
              {problem}
            </Alert>
          )}
          {/* For password managers: whose password this is. */}
          <input type="text" name="login" autoComplete="username" value={principal.name} readOnly hidden />
          <PasswordInput
            label={t('stepUp.password')}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            size="md"
            data-autofocus
          />
          {code !== null && <CodeField value={code} onChange={setCode} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => answer(false)}>
              {c('act.cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('stepUp.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

import { Alert, Button, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { api } from '../../api/client'
import { sayProblem } from '../../api/words'
import { common } from '../../i18n/common'
import { Door } from './Door'
import { type PasswordProblem, passwordProblem } from './password'
import { sessionTexts } from './texts'

const route = getRouteApi('/welcome')

/** Welcome is where an invitation leads: its owner chooses the password. */
export function Welcome() {
  const t = sessionTexts.useT()
  const c = common.useT()
  const { token } = route.useSearch()
  const accept = useMutation({
    mutationFn: (password: string) =>
      api.POST('/invitations/accept', { body: { token: token ?? '', password } }),
  })
  useEffect(() => {
    document.title = `${t('welcome.title')} · ${c('product')}`
  }, [t, c])
  if (!token) return <Said title={t('welcome.missingTitle')} text={t('welcome.missingText')} />
  if (accept.isSuccess) {
    return (
      <Said title={t('welcome.doneTitle')} text={t('welcome.doneText')}>
        <Button component={Link} to="/sign-in" size="md" fullWidth>
          {t('welcome.done')}
        </Button>
      </Said>
    )
  }
  return (
    <Said title={t('welcome.title')} text={t('welcome.lead')}>
      {accept.error && (
        <Alert color="clay" role="alert" mb="md">
          {sayProblem(accept.error)}
        </Alert>
      )}
      <NewPassword busy={accept.isPending} submit={t('welcome.submit')} onSubmit={accept.mutate} />
    </Said>
  )
}

function Said({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <Door>
      <Title order={1}>{title}</Title>
      <Text c="dimmed" size="sm" mt={4} mb="lg">
        {text}
      </Text>
      {children}
    </Door>
  )
}

function NewPassword({
  busy,
  submit,
  onSubmit,
}: {
  busy: boolean
  submit: string
  onSubmit: (password: string) => void
}) {
  const t = sessionTexts.useT()
  const [password, setPassword] = useState('')
  const [repeat, setRepeat] = useState('')
  const [problem, setProblem] = useState<PasswordProblem>(null)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const found = passwordProblem(password, repeat)
        setProblem(found)
        if (!found) onSubmit(password)
      }}
    >
      <Stack>
        <PasswordInput
          label={t('welcome.password')}
          description={t('welcome.rule')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={problem === 'short' && t('welcome.short')}
          autoComplete="new-password"
          size="md"
          autoFocus
        />
        <PasswordInput
          label={t('welcome.repeat')}
          value={repeat}
          onChange={(event) => setRepeat(event.currentTarget.value)}
          error={problem === 'differs' && t('welcome.differs')}
          autoComplete="new-password"
          size="md"
        />
        <Button type="submit" size="md" loading={busy}>
          {submit}
        </Button>
      </Stack>
    </form>
  )
}

import { Alert, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, ok } from '../../api/client'
import type { NewTOTP } from '../../api/types'
import { fieldErrors, sayProblem } from '../../api/words'
import { Qr } from '../../ui/Qr'
import { RecoveryCodes } from './RecoveryCodes'
import { meTexts } from './texts'

/** SetUpFactor leads through setting up an app: its secret, a code of it, and the codes for when it is lost. */
export function SetUpFactor({ onDone }: { onDone: () => void }) {
  const t = meTexts.useT()
  const [codes, setCodes] = useState<string[] | null>(null)
  const begin = useMutation({ mutationFn: () => ok(api.POST('/me/second-factor/totp')) })
  if (codes) return <RecoveryCodes codes={codes} onKept={onDone} />
  if (begin.data) return <Confirm made={begin.data} onConfirmed={setCodes} />
  return (
    <Stack>
      <Text size="sm">{t('factor.explain')}</Text>
      {begin.error && (
        <Alert color="clay" role="alert">
          {sayProblem(begin.error)}
        </Alert>
      )}
      <Group>
        <Button loading={begin.isPending} onClick={() => begin.mutate()}>
          {t('factor.begin')}
        </Button>
      </Group>
    </Stack>
  )
}

function Confirm({ made, onConfirmed }: { made: NewTOTP; onConfirmed: (codes: string[]) => void }) {
  const t = meTexts.useT()
  const [code, setCode] = useState('')
  const [missing, setMissing] = useState(false)
  const confirm = useMutation({
    mutationFn: () => ok(api.POST('/me/second-factor/totp/confirm', { body: { code: code.trim() } })),
    onSuccess: ({ recovery_codes }) => onConfirmed(recovery_codes),
    onError: () => setCode(''),
  })
  const said = confirm.error ? fieldErrors(confirm.error, ['code']) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(!code.trim())
    if (code.trim()) confirm.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t('factor.scan')}</Text>
        <Group gap="lg" align="center">
          <Qr text={made.uri} label={t('factor.qr')} />
          <div style={{ flex: '1 1 12rem' }}>
            <Text size="sm" c="dimmed" mb={4}>
              {t('factor.secret')}
            </Text>
            <Code fz="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
              {made.secret.replace(/(.{4})(?=.)/g, '$1 ')}
            </Code>
          </div>
        </Group>
        <TextInput
          label={t('factor.code')}
          description={t('factor.codeHint')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={missing ? t('factor.codeMissing') : (said?.fields.code ?? said?.rest)}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={64}
          maw={260}
          autoFocus
        />
        <Group>
          <Button type="submit" loading={confirm.isPending}>
            {t('factor.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

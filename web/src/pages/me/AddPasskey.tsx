import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { addPasskey } from '../../api/passkey'
import { fieldErrors } from '../../api/words'
import { whereFrom } from './agent'
import { RecoveryCodes } from './RecoveryCodes'
import { meTexts } from './texts'

/** AddPasskey asks for a name and has a device make a passkey. With the first one come codes for when it is lost. */
export function AddPasskey({ onDone }: { onDone: () => void }) {
  const t = meTexts.useT()
  const [name, setName] = useState(() => whereFrom(navigator.userAgent))
  const [missing, setMissing] = useState(false)
  const [codes, setCodes] = useState<string[] | null>(null)
  const add = useMutation({
    mutationFn: () => addPasskey(name.trim()),
    onSuccess: (made) => (made.length > 0 ? setCodes(made) : onDone()),
  })
  if (codes) return <RecoveryCodes codes={codes} onKept={onDone} />
  const said = add.error ? fieldErrors(add.error, ['name']) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(!name.trim())
    if (name.trim()) add.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {said?.rest && (
          <Alert color="clay" role="alert">
            {said.rest}
          </Alert>
        )}
        <TextInput
          label={t('passkey.name')}
          description={t('passkey.nameHint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={missing ? t('passkey.nameMissing') : said?.fields.name}
          maxLength={60}
          data-autofocus
        />
        <Group>
          <Button type="submit" loading={add.isPending}>
            {t('passkey.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

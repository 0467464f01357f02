import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { addPasskey } from '../../api/passkey'
import { fieldErrors } from '../../api/words'
import { whereFrom } from './agent'
import { RecoveryCodes } from './RecoveryCodes'
import { meTexts } from './texts'

/**
 * useAddPasskey has a device make a passkey. With the first one come codes for when it is lost, which are shown this
 * once: while it is held, nothing may close what shows it.
 */
export function useAddPasskey(onDone: () => void) {
  const [codes, setCodes] = useState<string[] | null>(null)
  const add = useMutation({
    mutationFn: addPasskey,
    onSuccess: (made) => (made.length > 0 ? setCodes(made) : onDone()),
  })
  return { add, codes, onDone, held: add.isPending || codes !== null }
}

/** AddPasskey asks for the name of a passkey, and shows the codes that came with it. */
export function AddPasskey({ adding }: { adding: ReturnType<typeof useAddPasskey> }) {
  const t = meTexts.useT()
  const { add, codes } = adding
  const [name, setName] = useState(() => whereFrom(navigator.userAgent))
  const [missing, setMissing] = useState(false)
  if (codes) return <RecoveryCodes codes={codes} onKept={adding.onDone} />
  const said = add.error ? fieldErrors(add.error, ['name']) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(!name.trim())
    if (name.trim()) add.mutate(name.trim())
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

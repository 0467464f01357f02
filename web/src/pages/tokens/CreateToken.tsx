import { Checkbox, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api, ok } from '../../api/client'
import type { MadeToken } from '../../api/types'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { linesOf, scopeName, tokensChanged } from './calls'
import { tokensTexts } from './texts'

interface Props {
  /** What a token can be given. */
  scopes: string[]
  onMade: (made: MadeToken) => void
  onClose: () => void
}

const days = ['7', '30', '90', '366']

/** CreateToken makes an API token. What was typed stays when the password is asked for in between. */
export default function CreateToken({ scopes, onMade, onClose }: Props) {
  const t = tokensTexts.useT()
  const c = common.useT()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const [valid, setValid] = useState('90')
  const [networks, setNetworks] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const make = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const body = { name, scopes: chosen, networks: linesOf(networks), expires_in_days: Number(valid) }
      const made = await ok(api.POST('/tokens', { body }))
      await tokensChanged()
      onMade(made)
    } catch (thrown) {
      setError(thrown)
      setBusy(false)
    }
  }
  const { fields, rest } = error
    ? fieldErrors(error, ['name', 'scopes', 'networks', 'expires_in_days'])
    : { fields: {} as Record<string, string>, rest: null }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('new.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form onSubmit={(event) => void make(event)} noValidate>
        <Stack>
          <TextInput
            label={t('new.name')}
            description={t('new.nameHint')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fields.name}
            data-autofocus
          />
          <Checkbox.Group label={t('new.scopes')} value={chosen} onChange={setChosen} error={fields.scopes}>
            <Stack gap={8} mt={6} mb={4}>
              {scopes.map((scope) => (
                <Checkbox
                  key={scope}
                  value={scope}
                  label={scopeName(scope)}
                  description={scope === 'impersonate' ? t('impersonateHint') : undefined}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <Select
            label={t('new.days')}
            data={days.map((each) => ({ value: each, label: t('new.day', { count: Number(each) }) }))}
            value={valid}
            onChange={(value) => setValid(value ?? '90')}
            allowDeselect={false}
            error={fields.expires_in_days}
          />
          <Textarea
            label={t('new.networks')}
            description={t('new.networksHint')}
            value={networks}
            onChange={(event) => setNetworks(event.currentTarget.value)}
            error={fields.networks}
            autosize
            minRows={2}
          />
          <FormFoot problem={rest} submit={t('new.create')} busy={busy} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}

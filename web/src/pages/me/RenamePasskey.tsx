import { Modal, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, ok } from '../../api/client'
import { passkeysQuery } from '../../api/passkey'
import { queryClient } from '../../api/session'
import type { Passkey } from '../../api/types'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { toast } from '../../ui/toast'
import { meTexts } from './texts'

/** RenamePasskey gives a passkey another name. */
export function RenamePasskey({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const t = meTexts.useT()
  const c = common.useT()
  const [name, setName] = useState(passkey.name)
  const save = useMutation({
    mutationFn: () =>
      ok(
        api.PATCH('/me/passkeys/{id}', { params: { path: { id: passkey.id } }, body: { name: name.trim() } }),
      ),
    onSuccess: async () => {
      toast(t('passkey.renamed'))
      onClose()
      await queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey })
    },
  })
  const said = save.error ? fieldErrors(save.error, ['name']) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('passkey.renameTitle')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={t('passkey.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={said?.fields.name ?? said?.rest}
            maxLength={60}
            data-autofocus
          />
          <FormFoot submit={c('act.save')} busy={save.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}

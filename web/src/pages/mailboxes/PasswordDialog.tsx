import { Modal, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import type { Mailbox } from '../../api/types'
import { sayProblem } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { toast } from '../../ui/toast'
import { passwordMin } from '../session/password'
import { mailboxTexts } from './texts'

export function PasswordDialog({ mailbox, onClose }: { mailbox: Mailbox; onClose: () => void }) {
  const t = mailboxTexts.useT()
  const c = common.useT()
  const [password, setPassword] = useState('')
  const [short, setShort] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      ok(api.PUT('/mailboxes/{id}/password', { params: { path: { id: mailbox.id } }, body: { password } })),
    onSuccess: async () => {
      toast(t('done.password'))
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['mailboxes'] })
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('password.title', { address: mailbox.address })}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const fine = [...password].length >= passwordMin
          setShort(!fine)
          if (fine) save.mutate()
        }}
      >
        <Stack>
          <PasswordInput
            label={t('password.new')}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={short && t('form.short')}
            autoComplete="new-password"
            data-autofocus
          />
          <FormFoot
            problem={save.error ? sayProblem(save.error) : null}
            submit={t('password.submit')}
            busy={save.isPending}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  )
}

import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Account } from '../../api/types'
import { sayProblem } from '../../api/words'
import { common } from '../../i18n/common'
import { useChange } from './changes'
import { accountTexts } from './texts'

/** ReasonDialog stops an account's services or blocks its sign-in, and asks why. */
export default function ReasonDialog({
  account,
  act,
  onClose,
}: {
  account: Account
  act: 'suspend' | 'disable'
  onClose: () => void
}) {
  const t = accountTexts.useT()
  const c = common.useT()
  const [reason, setReason] = useState('')
  const change = useChange(account, onClose)
  const needed = act === 'suspend'
  const ready = !needed || reason.trim() !== ''
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`${act}.title`, { name: account.name })}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready)
            change.mutate(
              needed
                ? { act: 'suspend', reason: reason.trim() }
                : { act: 'disable', reason: reason.trim() || undefined },
            )
        }}
      >
        <Stack>
          <Text size="sm">{t(`${act}.text`)}</Text>
          <TextInput
            label={t(`${act}.reason`)}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            required={needed}
            withAsterisk={false}
            description={needed ? undefined : c('form.optional')}
            maxLength={500}
          />
          {change.error && (
            <Alert color="clay" role="alert">
              {sayProblem(change.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} data-autofocus>
              {c('act.cancel')}
            </Button>
            <Button type="submit" color="clay.7" loading={change.isPending} disabled={!ready}>
              {t(`${act}.act`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

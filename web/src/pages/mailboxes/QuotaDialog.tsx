import { Alert, Button, Group, Modal, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import type { Mailbox } from '../../api/types'
import { sayProblem } from '../../api/words'
import { common } from '../../i18n/common'
import { toast } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { QuotaSelect } from './QuotaSelect'
import { mailboxTexts } from './texts'

export function QuotaDialog({ mailbox, onClose }: { mailbox: Mailbox; onClose: () => void }) {
  const t = mailboxTexts.useT()
  const c = common.useT()
  const [quota, setQuota] = useState(mailbox.quota_bytes)
  const save = useMutation({
    mutationFn: () =>
      withChanges(() =>
        ok(
          api.PATCH('/mailboxes/{id}', {
            params: { path: { id: mailbox.id } },
            body: { quota_bytes: quota },
          }),
        ),
      ),
    onSuccess: async () => {
      toast(t('done.quota'))
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['mailboxes'] })
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('quota.title', { address: mailbox.address })}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <Stack>
        <QuotaSelect value={quota} onChange={setQuota} />
        {save.error && (
          <Alert color="clay" role="alert">
            {sayProblem(save.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {c('act.cancel')}
          </Button>
          <Button
            loading={save.isPending}
            disabled={quota === mailbox.quota_bytes}
            onClick={() => save.mutate()}
          >
            {t('quota.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

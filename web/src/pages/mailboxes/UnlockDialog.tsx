import { Alert, Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import type { Mailbox } from '../../api/types'
import { sayProblem } from '../../api/words'
import { common } from '../../i18n/common'
import { moment } from '../../i18n/format'
import { toast } from '../../ui/toast'
import { openingsChanged } from './lock'
import { mailboxTexts } from './texts'

const choices = [1, 8, 24]

/** UnlockDialog lets support read one mailbox for a while. */
export function UnlockDialog({ mailbox, onClose }: { mailbox: Mailbox; onClose: () => void }) {
  const t = mailboxTexts.useT()
  const c = common.useT()
  const [hours, setHours] = useState(1)
  const { address } = mailbox
  const unlock = useMutation({
    mutationFn: () => ok(api.POST('/me/mailbox-unlocks', { body: { mailbox_id: mailbox.id, hours } })),
    onSuccess: async ({ until }) => {
      toast(t('done.unlocked', { address, until: moment(until) }))
      onClose()
      await openingsChanged()
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('unlock.title', { address })}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <Stack>
        <Text size="sm">{t('unlock.text')}</Text>
        <Radio.Group
          label={t('unlock.howLong')}
          value={String(hours)}
          onChange={(chosen) => setHours(Number(chosen))}
        >
          <Group mt={6}>
            {choices.map((count) => (
              <Radio key={count} value={String(count)} label={t('unlock.hours', { count })} />
            ))}
          </Group>
        </Radio.Group>
        <Text size="sm" c="dimmed">
          {t('unlock.record')}
        </Text>
        {unlock.error && (
          <Alert color="clay" role="alert">
            {sayProblem(unlock.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {c('act.cancel')}
          </Button>
          <Button loading={unlock.isPending} onClick={() => unlock.mutate()}>
            {t('unlock.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client'
import { queryClient } from '../../api/session'
import type { Colleague, NoticeMail } from '../../api/types'
import { common } from '../../i18n/common'
import { complain, toast } from '../../ui/toast'
import { noticeMailsQuery } from './calls'
import { noticeTexts } from './texts'

interface Props {
  mail: NoticeMail
  colleagues: Colleague[]
  onClose: () => void
}

/** CopiesDialog says who of the provider's own people is told, too. */
export default function CopiesDialog({ mail, colleagues, onClose }: Props) {
  const t = noticeTexts.useT()
  const c = common.useT()
  const [chosen, setChosen] = useState(mail.copies)
  const save = useMutation({
    mutationFn: () =>
      api.PUT('/notification-templates/{event}/copies', {
        params: { path: { event: mail.event } },
        body: { account_ids: chosen },
      }),
    onSuccess: async () => {
      toast(t('copies.saved'))
      await queryClient.invalidateQueries({ queryKey: noticeMailsQuery.queryKey })
      onClose()
    },
    onError: complain,
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('copies.title', { title: mail.title })}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {colleagues.length === 0 ? t('copies.none') : t('copies.note')}
        </Text>
        <Checkbox.Group label={t('copies.label')} value={chosen} onChange={setChosen}>
          <Stack gap={8} mt={6}>
            {colleagues.map((each) => (
              <Checkbox
                key={each.account_id}
                value={each.account_id}
                label={<span className="ik-said">{each.name}</span>}
                description={<span className="ik-said">{each.email}</span>}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {c('act.cancel')}
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('copies.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

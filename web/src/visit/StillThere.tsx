import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { timeLeft } from '../i18n/format'
import { complain } from '../ui/toast'
import { visitTexts } from './texts'

/** StillThere asks, a minute before a visit closes for silence, whether anybody is there. An answer is activity. */
export default function StillThere({ idle, stay }: { idle: number; stay: () => Promise<void> }) {
  const t = visitTexts.useT()
  const [busy, setBusy] = useState(false)
  const answer = () => {
    setBusy(true)
    stay()
      .catch(complain)
      .finally(() => setBusy(false))
  }
  return (
    <Modal
      opened
      onClose={answer}
      withCloseButton={false}
      title={t('still.title')}
      closeOnClickOutside={false}
      zIndex={900}
    >
      <Stack>
        <Text size="sm">{t('still.text', { left: timeLeft(idle) })}</Text>
        <Group justify="flex-end" gap="xs">
          <Button type="submit" form="ik-banner-leave" variant="default">
            {t('still.leave')}
          </Button>
          <Button onClick={answer} loading={busy} data-autofocus>
            {t('still.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconLockQuestion } from '@tabler/icons-react'
import { useState } from 'react'
import type { Mailbox } from '../../api/types'
import { useSetsPasswords } from './owner'
import { PasswordDialog } from './PasswordDialog'
import { mailboxTexts } from './texts'

/** Waiting asks the owner for the passwords that somebody else could not set. */
export function Waiting({ mailboxes }: { mailboxes: readonly Mailbox[] }) {
  const t = mailboxTexts.useT()
  const [setting, setSetting] = useState<Mailbox | null>(null)
  const waiting = mailboxes.filter((mailbox) => mailbox.status === 'waiting_for_password')
  const owner = useSetsPasswords(waiting[0]?.account_id)
  if (waiting.length === 0 || !owner) return null
  return (
    <Alert
      color="brass"
      mb="md"
      icon={<IconLockQuestion size={20} stroke={1.7} aria-hidden="true" />}
      title={t('waits.title', { count: waiting.length })}
      styles={{ message: { color: 'inherit' } }}
    >
      <Text size="sm">{t('waits.text', { count: waiting.length })}</Text>
      <Stack gap={6} mt="sm">
        {waiting.map((mailbox) => (
          <Group key={mailbox.id} gap="0.25rem 0.75rem">
            <Text size="sm" fw={600} className="ik-said">
              {mailbox.address}
            </Text>
            <Button
              size="xs"
              aria-label={`${t('waits.act')}: ${mailbox.address}`}
              onClick={() => setSetting(mailbox)}
            >
              {t('waits.act')}
            </Button>
          </Group>
        ))}
      </Stack>
      {setting && <PasswordDialog mailbox={setting} onClose={() => setSetting(null)} />}
    </Alert>
  )
}

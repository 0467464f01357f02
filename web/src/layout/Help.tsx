import { ActionIcon, Anchor, Popover, Stack, Text } from '@mantine/core'
import { IconHelp } from '@tabler/icons-react'
import { useState } from 'react'
import { useSession } from '../api/session'
import { TextButton } from '../ui/TextButton'
import { openShortcuts } from './shortcuts'
import { layoutTexts } from './texts'

const topics = ['how', 'who', 'told', 'record'] as const

/** Help says on every page what there is to know about visits, and how to reach somebody. */
export default function Help() {
  const t = layoutTexts.useT()
  const [opened, setOpened] = useState(false)
  const { principal, impersonation, support_url } = useSession()
  const reader = principal.kind === 'customer' && !impersonation ? 'owner' : 'staff'
  return (
    <Popover opened={opened} onChange={setOpened} width={360} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="default"
          size={36}
          radius="xl"
          aria-label={t('help.label')}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          <IconHelp size={18} stroke={1.6} aria-hidden="true" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('help.label')}>
        <Stack gap="sm">
          <Text fw={600}>{t('help.title')}</Text>
          {topics.map((topic) => (
            <div key={topic}>
              <Text size="sm" fw={600}>
                {t(`help.${topic}`)}
              </Text>
              <Text size="sm" c="dimmed">
                {t(`help.${reader}.${topic}`)}
              </Text>
            </div>
          ))}
          {support_url && (
            <Anchor href={support_url} target="_blank" rel="noreferrer" size="sm">
              {t('user.help')}
            </Anchor>
          )}
          <div>
            <TextButton
              size="sm"
              onClick={() => {
                setOpened(false)
                openShortcuts()
              }}
            >
              {t('user.shortcuts')}
            </TextButton>
          </div>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

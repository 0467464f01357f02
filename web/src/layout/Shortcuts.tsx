import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { useSession } from '../api/session'
import { common } from '../i18n/common'
import { navigationFor } from './navigation'
import { closeOverlay } from './shortcuts'
import { layoutTexts } from './texts'

/** Shortcuts lists what the keyboard can do. */
export function Shortcuts() {
  const t = layoutTexts.useT()
  const c = common.useT()
  const session = useSession()
  const places = navigationFor(session).flatMap((group) => group.places)
  return (
    <Modal
      opened
      onClose={closeOverlay}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <Stack gap="xs">
        <Line keys={['Ctrl', 'K']} text={t('keys.search')} />
        <Line keys={['/']} text={t('keys.focus')} />
        <Line keys={['?']} text={t('keys.help')} />
        <Line keys={['Esc']} text={t('keys.escape')} />
        <Text size="sm" c="dimmed" mt="xs">
          {t('keys.go')}
        </Text>
        {places.map(
          (place) =>
            place.key && <Line key={place.to} keys={[place.key.toUpperCase()]} text={t(place.label)} />,
        )}
      </Stack>
    </Modal>
  )
}

function Line({ keys, text }: { keys: string[]; text: string }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{text}</Text>
      <Group gap={4} wrap="nowrap">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </Group>
    </Group>
  )
}

import { Text } from '@mantine/core'
import { TextButton } from '../../ui/TextButton'
import { accountTexts } from './texts'

/** HiddenHint says that accounts with blocked sign-in match too, and shows them. */
export function HiddenHint({ count, show }: { count: number; show: () => void }) {
  const t = accountTexts.useT()
  return (
    <Text size="sm" c="dimmed" mt="xs" role="status">
      {t('hidden', { count })}{' '}
      <TextButton size="sm" onClick={show} td="underline">
        {t('showDisabled')}
      </TextButton>
    </Text>
  )
}

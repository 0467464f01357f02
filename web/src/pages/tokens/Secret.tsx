import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core'
import type { MadeToken } from '../../api/types'
import { common } from '../../i18n/common'
import { tokensTexts } from './texts'

/** Secret shows what is never shown again. It closes by its button alone: a click beside it would lose the secret. */
export function Secret({ made, onDone }: { made: MadeToken; onDone: () => void }) {
  const t = tokensTexts.useT()
  const c = common.useT()
  return (
    <Modal
      opened
      onClose={onDone}
      size="lg"
      title={t('secret.title', { name: made.name })}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Alert
          color="brass"
          role="status"
          title={t('secret.once')}
          styles={{ message: { color: 'inherit' } }}
        >
          {t('secret.text')}
        </Alert>
        <Code
          block
          fz="sm"
          role="group"
          aria-label={t('secret.label')}
          tabIndex={0}
          style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
        >
          {made.secret}
        </Code>
        <Text size="sm">
          {t('secret.how')} <Code>{`Authorization: Bearer ink_…${made.hint}`}</Code>
        </Text>
        <Group justify="flex-end" gap="xs">
          <CopyButton value={made.secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} data-autofocus>
                {copied ? c('act.copied') : t('secret.copy')}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onDone}>{t('secret.done')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

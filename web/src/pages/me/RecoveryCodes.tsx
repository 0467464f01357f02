import { Alert, Button, Code, CopyButton, Group, SimpleGrid, Stack } from '@mantine/core'
import { common } from '../../i18n/common'
import { meTexts } from './texts'

/** RecoveryCodes shows codes that are never shown again. */
export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const t = meTexts.useT()
  const c = common.useT()
  return (
    <Stack>
      <Alert
        color="brass"
        role="status"
        title={t('factor.keepTitle')}
        styles={{ message: { color: 'inherit' } }}
      >
        {t('factor.keep')}
      </Alert>
      <SimpleGrid
        component="ul"
        cols={{ base: 1, xs: 2 }}
        spacing="xs"
        p={0}
        m={0}
        aria-label={t('factor.codes')}
      >
        {codes.map((code) => (
          <Code key={code} component="li" block fz="sm" style={{ listStyle: 'none' }}>
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group>
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? c('act.copied') : t('factor.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onKept}>{t('factor.kept')}</Button>
      </Group>
    </Stack>
  )
}

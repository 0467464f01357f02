import { Button, Code, Group, Text } from '@mantine/core'
import { IconCertificate } from '@tabler/icons-react'
import { apiBase } from '../../api/client'
import { Card } from '../../ui/Card'
import { accessTexts } from './texts'

/** ReceiptCard hands out the proof of a visit, and says how it is checked. */
export function ReceiptCard({ id }: { id: string }) {
  const t = accessTexts.useT()
  const file = `receipt-${id}.json`
  return (
    <Card title={t('receipt.title')}>
      <Text size="sm" maw={680}>
        {t('receipt.text')} {t('receipt.limit')}
      </Text>
      <Group mt="sm" gap="md">
        <Button
          component="a"
          href={`${apiBase}/me/access-history/${encodeURIComponent(id)}/receipt`}
          download={file}
          variant="default"
          leftSection={<IconCertificate size={16} stroke={1.6} aria-hidden="true" />}
        >
          {t('receipt.take')}
        </Button>
        <Text size="xs" c="dimmed">
          {t('receipt.how')} <Code>innkeeper audit verify {file.slice(0, 18)}….json</Code>
        </Text>
      </Group>
    </Card>
  )
}

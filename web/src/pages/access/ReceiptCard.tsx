import { Code, Text } from '@mantine/core'
import { apiBase } from '../../api/client'
import { Card } from '../../ui/Card'
import { CheckRecord } from './CheckRecord'
import { accessTexts } from './texts'

/** ReceiptCard hands out the proof of a visit, checks it, and says how it is checked without us. */
export function ReceiptCard({ id, shown }: { id: string; shown: readonly { seq: number }[] }) {
  const t = accessTexts.useT()
  const file = `receipt-${id}.json`
  return (
    <Card title={t('receipt.title')}>
      <Text size="sm" maw={680}>
        {t('receipt.text')} {t('receipt.limit')}
      </Text>
      <CheckRecord
        url={`${apiBase}/me/access-history/${encodeURIComponent(id)}/receipt`}
        file={file}
        shown={shown}
        say={() => t('check.visit')}
      />
      <Text size="xs" c="dimmed" mt="sm">
        {t('receipt.how')} <Code>innkeeper audit verify {file.slice(0, 18)}….json</Code>
      </Text>
    </Card>
  )
}

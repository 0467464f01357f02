import { Text } from '@mantine/core'
import { apiBase } from '../../api/client'
import { Card } from '../../ui/Card'
import { CheckRecord } from './CheckRecord'
import { accessTexts } from './texts'

/** ReceiptCard hands out the proof of a visit, and checks it. */
export function ReceiptCard({ id, shown }: { id: string; shown: readonly { seq: number }[] }) {
  const t = accessTexts.useT()
  return (
    <Card title={t('receipt.title')}>
      <Text size="sm" maw={680}>
        {t('receipt.text')} {t('receipt.limit')}
      </Text>
      <CheckRecord
        url={`${apiBase}/me/access-history/${encodeURIComponent(id)}/receipt`}
        file={`receipt-${id}.json`}
        shown={shown}
        say={({ gapless, ended }) =>
          [t('check.visit'), gapless && t(ended ? 'check.whole' : 'check.open')].filter(Boolean).join(' ')
        }
      />
    </Card>
  )
}

import { Box } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import type { RecordShipping } from '../../api/types'
import { moment } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { Facts } from '../../ui/Facts'
import { Status, type Tone } from '../../ui/Status'
import { jobTexts } from './texts'

const tones: Record<RecordShipping['state'], Tone> = {
  off: 'quiet',
  current: 'good',
  behind: 'quiet',
  failing: 'bad',
}

/** Shipping tells how the sending of the record to a collector stands; nothing where there is none. */
export function Shipping() {
  const t = jobTexts.useT()
  const query = useQuery({
    queryKey: ['record-shipping'],
    queryFn: () => ok(api.GET('/record-shipping')),
    refetchInterval: 5_000,
  })
  const shipping = query.data
  if (!shipping || shipping.state === 'off') return null
  return (
    <Box mb="md">
      <Card
        title={t('shipping.title')}
        aside={<Status tone={tones[shipping.state]}>{t(`shipping.state.${shipping.state}`)}</Status>}
      >
        <Facts
          facts={[
            [t('shipping.destination'), <code key="destination">{shipping.destination}</code>],
            [t('shipping.shippedAt'), shipping.shipped_at && moment(shipping.shipped_at)],
            [
              t('shipping.behind'),
              shipping.oldest_at &&
                t('shipping.since', { count: shipping.behind, time: moment(shipping.oldest_at) }),
            ],
            [
              t('error'),
              shipping.last_error && (
                <span className="ik-said">
                  {t('shipping.failed', { count: shipping.attempts, error: shipping.last_error })}
                </span>
              ),
            ],
          ]}
        />
      </Card>
    </Box>
  )
}

import { Progress, Text } from '@mantine/core'
import { common } from '../i18n/common'

interface Props {
  label: string
  used: number
  limit: number | null
  write: (value: number) => string
}

/** Meter shows how much of a limit is used, in words and as a bar. */
export function Meter({ label, used, limit, write }: Props) {
  const t = common.useT()
  const share = limit ? Math.min(100, Math.round((used / limit) * 1000) / 10) : 0
  const said = t('size.of', { used: write(used), limit: limit === null ? t('size.unlimited') : write(limit) })
  return (
    <div>
      <div style={{ display: 'flex', justifyContent: 'space-between', gap: 12, marginBottom: 4 }}>
        <Text size="sm">{label}</Text>
        <Text size="sm" c="dimmed" className="ik-tabular">
          {said}
        </Text>
      </div>
      <Progress
        value={share}
        size={6}
        color={share >= 95 ? 'clay.6' : share >= 80 ? 'brass.4' : 'pine.5'}
        aria-label={`${label}: ${said}`}
      />
    </div>
  )
}

import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { apiBase } from '../../api/client'
import { Card } from '../../ui/Card'
import { Day, Filters } from '../../ui/Filters'
import { PrintButton } from '../../ui/Printed'
import { complain } from '../../ui/toast'
import { endOf, startOf } from '../activity/filters'
import { CheckRecord } from './CheckRecord'
import type { Checked } from './check'
import { everything, save, table } from './export'
import { accessTexts } from './texts'

/** Days are the days between which one looks, as the address has them. */
export interface Days {
  from?: string
  to?: string
}

/** between asks the server for the instants at which the days begin and end here. */
export function between({ from, to }: Days): Days {
  return { from: startOf(from), to: endOf(to) }
}

/** Period chooses the days, and takes what was in them along. */
export function Period({ days, choose }: { days: Days; choose: (days: Days) => void }) {
  const t = accessTexts.useT()
  const take = useMutation({
    mutationFn: async (kind: 'csv' | 'json') => {
      const all = await everything(between(days))
      if (kind === 'json') save('who-was-here.json', 'application/json', JSON.stringify(all, null, 2))
      else save('who-was-here.csv', 'text/csv;charset=utf-8', table(all))
    },
    onError: complain,
  })
  return (
    <Filters>
      <Day
        label={t('period.from')}
        value={days.from}
        max={days.to}
        onChange={(from) => choose({ ...days, from })}
      />
      <Day
        label={t('period.to')}
        value={days.to}
        min={days.from}
        onChange={(to) => choose({ ...days, to })}
      />
      {(['csv', 'json'] as const).map((kind) => (
        <Button
          key={kind}
          variant="default"
          loading={take.isPending && take.variables === kind}
          leftSection={<IconDownload size={16} stroke={1.6} aria-hidden="true" />}
          onClick={() => take.mutate(kind)}
        >
          {t(`period.${kind}`)}
        </Button>
      ))}
      <PrintButton />
    </Filters>
  )
}

/** The beginning of all time, where no day is chosen. */
const ever = '2000-01-01T00:00:00.000Z'

/** StatementCard proves who was here in the days that are chosen, and if nobody was, that. */
export function StatementCard({ days }: { days: Days }) {
  const t = accessTexts.useT()
  const { from = ever, to } = between(days)
  const over = to !== undefined && Date.parse(to) < Date.now()
  const query = new URLSearchParams(over ? { from, to } : { from })
  return (
    <Card title={t('statement.title')} note={t('statement.text')}>
      <CheckRecord
        key={query.toString()}
        url={`${apiBase}/me/access-statement?${query}`}
        file="statement.json"
        say={(checked) => <Said checked={checked} />}
      />
    </Card>
  )
}

function Said({ checked }: { checked: Checked }) {
  const t = accessTexts.useT()
  if (checked.others.length === 0) return t('statement.nobody')
  const visits = new Set(checked.others.map(({ impersonation_id }) => impersonation_id).filter(Boolean)).size
  const direct = checked.others.filter(({ impersonation_id }) => !impersonation_id).length
  return [t('statement.visits', { count: visits }), t('statement.direct', { count: direct })].join(' ')
}

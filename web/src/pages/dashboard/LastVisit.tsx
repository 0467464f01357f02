import { Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { AccessVisit } from '../../api/types'
import { common } from '../../i18n/common'
import { Card } from '../../ui/Card'
import { Status } from '../../ui/Status'
import { Empty } from '../../ui/states'
import { roleName } from '../../visit/names'
import { visitSentence } from '../../visit/sentence'
import { visitTexts } from '../../visit/texts'
import { dashboardTexts } from './texts'

/** LastVisit tells an owner who was last in the account, why, and whether anything changed. */
export function LastVisit({ visit }: { visit: AccessVisit | null }) {
  const t = dashboardTexts.useT()
  return (
    <Card
      title={t('last.title')}
      aside={
        <Link to="/me/access" className="ik-link">
          {t('last.all')}
        </Link>
      }
    >
      {visit ? <Told visit={visit} /> : <Empty title={t('last.none')} text={t('last.noneText')} />}
    </Card>
  )
}

function Told({ visit }: { visit: AccessVisit }) {
  const t = dashboardTexts.useT()
  const v = visitTexts.useT()
  common.useT()
  return (
    <Stack gap={6}>
      <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: '0 0.75rem' }}>
        <Text fw={600}>{visit.actor.name}</Text>
        <Text size="sm" c="dimmed">
          {[roleName(visit.actor.role), visit.actor.employer].filter(Boolean).join(', ')}
        </Text>
        {visit.running && <Status tone="warn">{v('life.running')}</Status>}
      </div>
      <Text size="sm">{visitSentence(visit, true)}</Text>
      <Text size="sm" c="dimmed" className="ik-said">
        {t('last.because')}: {visit.reason}
      </Text>
      <Text size="sm">
        {visit.change_count > 0 ? t('last.changes', { count: visit.change_count }) : t('last.noChanges')}
      </Text>
      <Text size="sm" component="div">
        <Link to="/me/access/$id" params={{ id: visit.id }} className="ik-link">
          {t('last.details')}
        </Link>
      </Text>
    </Stack>
  )
}

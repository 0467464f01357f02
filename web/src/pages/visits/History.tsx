import { Stack, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { TextButton } from '../../ui/TextButton'
import { visitsTexts } from './texts'
import { VisitHistory } from './VisitHistory'
import { Weeks } from './Weeks'

const route = getRouteApi('/panel/impersonations/history')

export function History() {
  const t = visitsTexts.useT()
  const { cursor, ...filter } = route.useSearch()
  const navigate = route.useNavigate()
  const filtered = Boolean(filter.account_id || filter.actor_id)
  const clear = () => void navigate({ search: {} })
  return (
    <Stack gap="md">
      {!filtered && !cursor && <Weeks />}
      {filtered && (
        <Text size="sm" c="dimmed" mb="sm">
          {t('history.filtered')}{' '}
          <TextButton size="sm" td="underline" onClick={clear}>
            {t('history.all')}
          </TextButton>
        </Text>
      )}
      <VisitHistory
        filter={filter}
        cursor={cursor}
        go={(next) => void navigate({ search: { ...filter, cursor: next } })}
        onClear={filtered ? clear : undefined}
      />
    </Stack>
  )
}

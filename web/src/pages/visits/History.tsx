import { Stack, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { TextButton } from '../../ui/TextButton'
import { visitsTexts } from './texts'
import { VisitHistory } from './VisitHistory'
import { Weeks } from './Weeks'
import { Worth } from './Worth'

const route = getRouteApi('/panel/impersonations/history')

const flags = ['no_ticket', 'off_hours', 'repeated', 'long_idle'] as const

const known = (flag: string | undefined) => flags.find((each) => each === flag)

export function History() {
  const t = visitsTexts.useT()
  const { cursor, ...filter } = route.useSearch()
  const navigate = route.useNavigate()
  const flag = known(filter.flag)
  const filtered = Object.values(filter).some(Boolean)
  const clear = () => void navigate({ search: {} })
  return (
    <Stack gap="md">
      {!filtered && !cursor && (
        <>
          <Worth />
          <Weeks />
        </>
      )}
      {filtered && (
        <Text size="sm" c="dimmed">
          {t(`history.${flag ?? 'filtered'}`)}{' '}
          <TextButton size="sm" td="underline" onClick={clear}>
            {t('history.all')}
          </TextButton>
        </Text>
      )}
      <VisitHistory
        filter={{ ...filter, flag }}
        cursor={cursor}
        go={(next) => void navigate({ search: { ...filter, cursor: next } })}
        onClear={filtered ? clear : undefined}
      />
    </Stack>
  )
}

import { Button, Center, Stack, Text } from '@mantine/core'
import { IconCloudOff, IconFilterOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { problemOf } from '../api/problem'
import { sayFields, sayProblem } from '../api/words'
import { common } from '../i18n/common'

interface EmptyProps {
  icon?: ReactNode
  title: string
  text?: ReactNode
  action?: ReactNode
  /** The title is that of the whole page. */
  whole?: boolean
}

/** Empty says why there is nothing here, and the one next step. */
export function Empty({ icon, title, text, action, whole }: EmptyProps) {
  return (
    <Center mih={icon ? 200 : undefined} p="lg">
      <Stack align="center" gap={6} maw={440} ta="center">
        {icon && <Text c="dimmed">{icon}</Text>}
        <Text component={whole ? 'h1' : 'p'} fw={600} fz="md" m={0}>
          {title}
        </Text>
        {text && (
          <Text component="div" c="dimmed" size="sm">
            {text}
          </Text>
        )}
        {action && <div style={{ marginTop: 10 }}>{action}</div>}
      </Stack>
    </Center>
  )
}

/** FilteredEmpty is what a list shows where its filters left nothing. */
export function FilteredEmpty({
  clear,
  hint,
  title,
}: {
  clear: () => void
  hint?: ReactNode
  title?: string
}) {
  const t = common.useT()
  return (
    <Empty
      icon={<IconFilterOff size={30} stroke={1.5} aria-hidden="true" />}
      title={title ?? t('list.filteredTitle')}
      text={hint ?? t('list.filteredText')}
      action={
        <Button variant="default" onClick={clear}>
          {t('act.clear')}
        </Button>
      }
    />
  )
}

/** RefusedFilters says which filters the server does not take, as an address of earlier days may hold some. */
export function RefusedFilters({ error, clear }: { error: unknown; clear: () => void }) {
  const t = common.useT()
  return (
    <div role="alert">
      <FilteredEmpty title={t('list.refusedTitle')} hint={sayFields(error)} clear={clear} />
    </div>
  )
}

/** Failure says that something could not be loaded and offers to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = common.useT()
  const reference = problemOf(error).requestId
  return (
    <div role="alert">
      <Empty
        icon={<IconCloudOff size={30} stroke={1.5} aria-hidden="true" />}
        title={t('error.title')}
        text={
          <>
            {sayProblem(error)}
            {reference && (
              <Text size="xs" mt={6} ff="monospace">
                {t('error.reference', { id: reference })}
              </Text>
            )}
          </>
        }
        action={
          retry &&
          problemOf(error).status !== 404 && (
            <Button variant="default" onClick={retry}>
              {t('act.retry')}
            </Button>
          )
        }
      />
    </div>
  )
}

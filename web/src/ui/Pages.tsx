import { Button, Group } from '@mantine/core'
import { common } from '../i18n/common'
import type { Paging } from './paging'

/** Pages are the buttons that lead through a list; nothing where there is only one page. */
export function Pages({ paging, label }: { paging: Paging; label: string }) {
  const t = common.useT()
  if (!paging.next && !paging.first) return null
  return (
    <nav aria-label={`${label}: ${t('list.pages')}`}>
      <Group gap="xs" justify="flex-end" mt="sm">
        {paging.first && (
          <Button size="xs" variant="subtle" onClick={paging.first}>
            {t('list.first')}
          </Button>
        )}
        {paging.previous && (
          <Button size="xs" variant="default" onClick={paging.previous}>
            {t('list.previous')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={paging.next} disabled={!paging.next}>
          {t('list.next')}
        </Button>
      </Group>
    </nav>
  )
}

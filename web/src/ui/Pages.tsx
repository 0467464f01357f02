import { Button, Group } from '@mantine/core'
import { common } from '../i18n/common'
import type { Paging } from './paging'

/** Pages are the buttons that lead through a list; nothing where there is only one page. */
export function Pages({ paging, label }: { paging: Paging; label: string }) {
  const t = common.useT()
  if (!paging.next && !paging.first) return null
  return (
    <Group
      component="nav"
      aria-label={`${label}: ${t('list.pages')}`}
      justify="flex-end"
      mt="sm"
      className="ik-no-print"
    >
      <PageButtons paging={paging} />
    </Group>
  )
}

/** PageButtons lead back and forth. */
export function PageButtons({ paging }: { paging: Paging }) {
  const t = common.useT()
  return (
    <Group gap="xs">
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
  )
}

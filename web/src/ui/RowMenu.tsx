import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { common } from '../i18n/common'

/** RowMenu is the ⋯ at the end of a row. */
export function RowMenu({
  name,
  children,
  width = 230,
}: {
  name: string
  children: ReactNode
  width?: number
}) {
  const t = common.useT()
  return (
    <Menu width={width} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('list.actions', { name })}>
          <IconDots size={18} stroke={1.8} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}

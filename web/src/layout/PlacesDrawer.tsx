import { Drawer } from '@mantine/core'
import { common } from '../i18n/common'
import { Brand, Places } from './Sidebar'

/** PlacesDrawer is the sidebar where there is no room for one. */
export default function PlacesDrawer({ onClose }: { onClose: () => void }) {
  const t = common.useT()
  return (
    <Drawer
      opened
      onClose={onClose}
      size={290}
      title={<Brand />}
      closeButtonProps={{ 'aria-label': t('act.close') }}
    >
      <Places onGo={onClose} />
    </Drawer>
  )
}

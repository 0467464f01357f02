import { ActionIcon, Kbd } from '@mantine/core'
import { IconBell, IconHelp, IconMenu2, IconSearch, IconUser } from '@tabler/icons-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useMay } from '../api/permission'
import classes from './Frame.module.css'
import { Brand } from './Sidebar'
import { openSearch } from './shortcuts'
import { layoutTexts } from './texts'

// Menus bring a good deal of code with them; their buttons are shown at once and come to life a moment later.
const Bell = lazy(() => import('./Bell'))
const Help = lazy(() => import('./Help'))
const UserMenu = lazy(() => import('./UserMenu'))
const PlacesDrawer = lazy(() => import('./PlacesDrawer'))

/** Top is the bar above the page: the menu on a phone, the search, the bell, and the person. */
export function Top() {
  const t = layoutTexts.useT()
  const may = useMay()
  const [opened, setOpened] = useState(false)
  return (
    <header className={classes.top}>
      <ActionIcon
        className={classes.phone}
        variant="subtle"
        color="gray"
        size={36}
        onClick={() => setOpened(true)}
        aria-label={t('nav.open')}
      >
        <IconMenu2 size={20} stroke={1.6} aria-hidden="true" />
      </ActionIcon>
      <span className={classes.phone}>
        <Brand />
      </span>
      <div className={classes.spring} />
      <button type="button" className={`${classes.search} mantine-visible-from-sm`} onClick={openSearch}>
        <IconSearch size={16} stroke={1.6} aria-hidden="true" />
        <span>{t('search.button')}</span>
        <Kbd size="xs">Ctrl K</Kbd>
      </button>
      <ActionIcon
        className="mantine-hidden-from-sm"
        variant="default"
        size={36}
        radius="xl"
        onClick={openSearch}
        aria-label={t('search.button')}
      >
        <IconSearch size={18} stroke={1.6} aria-hidden="true" />
      </ActionIcon>
      {may('notification:view') && (
        <Suspense
          fallback={
            <Round icon={<IconBell size={18} stroke={1.6} aria-hidden="true" />} label={t('bell.label')} />
          }
        >
          <Bell />
        </Suspense>
      )}
      <Suspense
        fallback={
          <Round icon={<IconHelp size={18} stroke={1.6} aria-hidden="true" />} label={t('help.label')} />
        }
      >
        <Help />
      </Suspense>
      <Suspense
        fallback={<Round icon={<IconUser size={18} stroke={1.6} aria-hidden="true" />} label={t('nav.me')} />}
      >
        <UserMenu />
      </Suspense>
      <Suspense>{opened && <PlacesDrawer onClose={() => setOpened(false)} />}</Suspense>
    </header>
  )
}

function Round({ icon, label }: { icon: ReactNode; label: string }) {
  return (
    <ActionIcon variant="default" size={36} radius="xl" aria-label={label}>
      {icon}
    </ActionIcon>
  )
}

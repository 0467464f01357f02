import { ActionIcon, Drawer, Kbd } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMenu2, IconSearch } from '@tabler/icons-react'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { useMay } from '../api/permission'
import { common } from '../i18n/common'
import { ConfirmDialog } from '../ui/confirm'
import { Banner } from '../visit/Banner'
import { Ended } from '../visit/Ended'
import { MakeChangesDialog } from '../visit/makeChanges'
import { Strip } from '../visit/Strip'
import { Bell } from './Bell'
import classes from './Frame.module.css'
import { Shortcuts } from './Shortcuts'
import { Brand, Places } from './Sidebar'
import { SignedOut } from './SignedOut'
import { openSearch, useOverlay, useShortcuts } from './shortcuts'
import { layoutTexts } from './texts'
import { UserMenu } from './UserMenu'

const Search = lazy(() => import('./Search'))

/** Frame is what stands around every page behind the sign-in. */
export function Frame() {
  const t = layoutTexts.useT()
  const overlay = useOverlay()
  const main = useFocusOnNewPage()
  useShortcuts()
  return (
    <>
      <a className={classes.skip} href="#content">
        {t('skip')}
      </a>
      <Banner />
      <div className={classes.frame}>
        <div className={classes.side}>
          <Brand />
          <Places />
        </div>
        <div className={classes.main}>
          <Top />
          <main id="content" ref={main} tabIndex={-1} className={classes.content}>
            <Strip />
            <Outlet />
          </main>
        </div>
      </div>
      <MakeChangesDialog />
      <ConfirmDialog />
      <Ended />
      <SignedOut />
      {overlay === 'shortcuts' && <Shortcuts />}
      <Suspense>{overlay === 'search' && <Search />}</Suspense>
    </>
  )
}

function Top() {
  const t = layoutTexts.useT()
  const c = common.useT()
  const may = useMay()
  const [opened, { open, close }] = useDisclosure()
  return (
    <header className={classes.top}>
      <ActionIcon
        className={classes.phone}
        variant="subtle"
        color="gray"
        size={36}
        onClick={open}
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
      {may('notification:view') && <Bell />}
      <UserMenu />
      <Drawer
        opened={opened}
        onClose={close}
        size={290}
        title={<Brand />}
        closeButtonProps={{ 'aria-label': c('act.close') }}
      >
        <Places onGo={close} />
      </Drawer>
    </header>
  )
}

/** A new page takes the focus, so that those who hear the panel begin at its content. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const before = useRef(path)
  useEffect(() => {
    if (before.current !== undefined && before.current !== path) main.current?.focus({ preventScroll: true })
    before.current = path
  }, [path])
  return main
}

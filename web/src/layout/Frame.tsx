import { Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { followEvents } from '../api/stream'
import { Banner } from '../visit/Banner'
import { Requests } from '../visit/Requests'
import { Strip } from '../visit/Strip'
import classes from './Frame.module.css'
import { Brand, Places } from './Sidebar'
import { useOverlay, useShortcuts } from './shortcuts'
import { Top } from './Top'
import { layoutTexts } from './texts'

const Dialogs = lazy(() => import('./Dialogs'))
const Search = lazy(() => import('./Search'))

/** Frame is what stands around every page behind the sign-in. */
export function Frame() {
  const t = layoutTexts.useT()
  const overlay = useOverlay()
  const main = useFocusOnNewPage()
  useShortcuts()
  useEffect(followEvents, [])
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
            <Requests />
            <Outlet />
          </main>
        </div>
      </div>
      <Suspense>
        <Dialogs />
      </Suspense>
      <Suspense>{overlay === 'search' && <Search />}</Suspense>
    </>
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

import { useBlocker } from '@tanstack/react-router'
import { common } from '../i18n/common'
import { confirm } from './confirm'

/** A place in the panel, as the router knows it. */
interface Place {
  pathname: string
  search: object
}

/** Leaves says whether what was typed is left behind on the way from one place to the next. */
export type Leaves = (here: Place, next: Place) => boolean

const otherPage: Leaves = (here, next) => here.pathname !== next.pathname

/** useUnsavedGuard asks before what was typed is left behind. Leaving is going to another page, unless it is said otherwise. */
export function useUnsavedGuard(dirty: boolean, leaves: Leaves = otherPage): void {
  const t = common.useT()
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (!dirty || !leaves(current, next)) return false
      return !(await confirm({ title: t('form.unsaved'), text: t('form.leaveText'), act: t('form.leave') }))
    },
    enableBeforeUnload: () => dirty,
  })
}

import { sayProblem } from '../api/words'
import { common } from '../i18n/common'
import { show } from './toasts'

/** toast says in passing that something was done. */
export function toast(message: string): void {
  show({ message, bad: false })
}

/** complain says that something failed, where no place on the page is nearer to it. */
export function complain(error: unknown): void {
  show({ title: common.t()('error.failed'), message: sayProblem(error), bad: true })
}

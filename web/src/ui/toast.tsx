import { notifications } from '@mantine/notifications'
import { sayProblem } from '../api/words'
import { common } from '../i18n/common'

/** toast says in passing that something was done. */
export function toast(message: string): void {
  notifications.show({
    message,
    color: 'pine',
    autoClose: 5000,
    closeButtonProps: { 'aria-label': common.t()('act.close') },
  })
}

/** complain says that something failed, where no place on the page is nearer to it. */
export function complain(error: unknown): void {
  notifications.show({
    title: common.t()('error.failed'),
    message: sayProblem(error),
    color: 'clay',
    autoClose: 10_000,
    role: 'alert',
    closeButtonProps: { 'aria-label': common.t()('act.close') },
  })
}

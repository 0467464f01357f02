import { Notification } from '@mantine/core'
import { useEffect } from 'react'
import { common } from '../i18n/common'
import classes from './Toasts.module.css'
import { dismiss, type Toast, useToasts } from './toasts'

/** Toasts shows what was said in passing. It is mounted once. */
export function Toasts() {
  const toasts = useToasts()
  return (
    <div className={classes.toasts} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <One key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function One({ toast }: { toast: Toast }) {
  const t = common.useT()
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), toast.bad ? 12_000 : 5_000)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <Notification
      role={toast.bad ? 'alert' : undefined}
      title={toast.title}
      color={toast.bad ? 'clay.7' : 'pine.6'}
      withBorder
      onClose={() => dismiss(toast.id)}
      closeButtonProps={{ 'aria-label': t('act.close') }}
    >
      {toast.message}
    </Notification>
  )
}

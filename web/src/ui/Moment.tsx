import { useEffect, useState } from 'react'
import { common } from '../i18n/common'
import { ago, exactly, moment } from '../i18n/format'

/** Moment shows when something was, in full on hover; `relative` reads "4 minutes ago" and keeps itself current. */
export function Moment({ at, relative }: { at: string | null | undefined; relative?: boolean }) {
  const t = common.useT()
  const now = useNow(relative ? 30_000 : null)
  if (!at) return <span>{t('time.none')}</span>
  return (
    <time dateTime={at} title={exactly(at)} className="ik-tabular">
      {relative ? ago(at, now) : moment(at)}
    </time>
  )
}

/** useNow returns the time and renders again at each interval; null never does. */
export function useNow(interval: number | null): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (interval === null) return
    const timer = setInterval(() => setNow(Date.now()), interval)
    return () => clearInterval(timer)
  }, [interval])
  return now
}

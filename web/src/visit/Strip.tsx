import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../api/client'
import { useMay } from '../api/permission'
import { hereQuery } from '../api/queries'
import { queryClient, useSession } from '../api/session'
import type { Visit } from '../api/types'
import { duration, moment, since } from '../i18n/format'
import { confirm } from '../ui/confirm'
import { useNow } from '../ui/Moment'
import { complain, toast } from '../ui/toast'
import classes from './Strip.module.css'
import { visitTexts } from './texts'

/** Strip tells the owner of an account, on every page, that somebody is inside. */
export function Strip() {
  const session = useSession()
  const may = useMay()
  const owns = session.principal.kind === 'customer' || session.principal.kind === 'reseller'
  if (session.impersonation || !owns || !may('access-history:view')) return null
  return <LiveStrip />
}

function LiveStrip() {
  const visits = useQuery(hereQuery).data ?? []
  return (
    <div aria-live="polite">
      {visits.map((visit) => (
        <Guest key={visit.id} visit={visit} />
      ))}
    </div>
  )
}

function Guest({ visit }: { visit: Visit }) {
  const t = visitTexts.useT()
  const now = useNow(10_000)
  return (
    <section className={classes.strip}>
      <span className={classes.who}>
        <span className={classes.pulse} aria-hidden="true" />
        {t('strip.here', { name: visit.actor.name, from: moment(visit.started_at) })}
      </span>
      <span>{howBusy(since(visit.last_activity_at, now))}</span>
      {visit.doing && <span className="ik-said">{t('life.doing', { what: visit.doing })}</span>}
      <span className={classes.spring} />
      <Link to="/me/access/$id" params={{ id: visit.id }} className="ik-link">
        {t('strip.look')}
      </Link>
      <EndNow visit={visit} />
    </section>
  )
}

/** howBusy says whether a guest is doing something: the first minute of silence is no absence. */
export function howBusy(inactiveSeconds: number): string {
  const t = visitTexts.t()
  return inactiveSeconds < 60
    ? t('life.active')
    : t('life.inactive', { time: duration(inactiveSeconds - (inactiveSeconds % 60)) })
}

/** EndNow lets the owner, an administrator or the reseller put a guest out, after a word of warning. */
export function EndNow({ visit, onEnded }: { visit: Pick<Visit, 'id' | 'actor'>; onEnded?: () => void }) {
  const t = visitTexts.useT()
  const end = useMutation({
    mutationFn: () => api.POST('/impersonations/{id}/end', { params: { path: { id: visit.id } } }),
    onSuccess: async () => {
      toast(t('strip.ended'))
      await Promise.all(
        [['here'], ['access-history'], ['impersonations'], ['notifications'], ['dashboard']].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      )
      onEnded?.()
    },
    onError: complain,
  })
  const ask = async () => {
    const text = t('strip.endText', { name: visit.actor.name })
    if (await confirm({ title: t('strip.endTitle'), text, act: t('strip.end') })) end.mutate()
  }
  return (
    <Button size="xs" variant="filled" color="clay.7" loading={end.isPending} onClick={() => void ask()}>
      {t('strip.end')}
    </Button>
  )
}

import { Button, Modal } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api/client'
import { useMay } from '../api/permission'
import { requestsQuery } from '../api/queries'
import { useSession } from '../api/session'
import type { AccessRequest } from '../api/types'
import { maybe } from '../i18n'
import { common } from '../i18n/common'
import { complain } from '../ui/toast'
import { consentTexts } from './consentTexts'
import classes from './Strip.module.css'

const Asked = lazy(() => import('./Asked').then(({ Asked }) => ({ default: Asked })))

/** Requests tells staff, on every page, what became of their requests, and which locked doors wait for them. */
export function Requests() {
  const session = useSession()
  const may = useMay()
  if (session.impersonation || !may('account:impersonate')) return null
  return <Open me={session.principal.person_id} />
}

function Open({ me }: { me: string }) {
  const requests = useQuery(requestsQuery).data?.requests ?? []
  return (
    <div aria-live="polite">
      {requests.map((request) =>
        request.actor.id === me ? (
          <Mine key={request.request_id} request={request} />
        ) : (
          <Second key={request.request_id} request={request} />
        ),
      )}
    </div>
  )
}

function Mine({ request }: { request: AccessRequest }) {
  const t = consentTexts.useT()
  const c = common.useT()
  const [opened, setOpened] = useState(false)
  const { name } = request.subject
  const approved = request.state === 'approved'
  const waiting = request.kind === 'consent' ? t('mine.waiting', { name }) : t('mine.waitingGlass', { name })
  return (
    <section className={classes.strip}>
      <span className={classes.who}>{approved ? t('mine.approved', { name }) : waiting}</span>
      <span className={classes.spring} />
      <Button size="xs" variant={approved ? 'filled' : 'default'} onClick={() => setOpened(true)}>
        {t('mine.look')}
      </Button>
      {opened && (
        <Modal
          opened
          onClose={() => setOpened(false)}
          size="lg"
          title={t('title', { name })}
          closeButtonProps={{ 'aria-label': c('act.close') }}
        >
          <Suspense>
            <Asked request={request} onClose={() => setOpened(false)} />
          </Suspense>
        </Modal>
      )}
    </section>
  )
}

function Second({ request }: { request: AccessRequest }) {
  const t = consentTexts.useT()
  const client = useQueryClient()
  const { name } = request.subject
  const answer = useMutation({
    mutationFn: (yes: boolean) => {
      const params = { path: { id: request.request_id } }
      return yes
        ? api.POST('/impersonation-requests/{id}/approve', { params })
        : api.POST('/impersonation-requests/{id}/deny', { params })
    },
    onError: complain,
    onSettled: () => client.invalidateQueries({ queryKey: ['impersonation-requests'] }),
  })
  const code = maybe('visit', `code.${request.reason_code}`) ?? request.reason_code
  return (
    <section className={classes.strip}>
      <span className={classes.who}>{t('second.title', { actor: request.actor.name, name })}</span>
      <span className="ik-said">{t('second.text', { code, reason: request.reason, name })}</span>
      <span className={classes.spring} />
      <Button size="xs" variant="default" onClick={() => answer.mutate(false)} disabled={answer.isPending}>
        {t('second.deny')}
      </Button>
      <Button size="xs" onClick={() => answer.mutate(true)} loading={answer.isPending}>
        {t('second.approve')}
      </Button>
    </section>
  )
}

import { VisuallyHidden } from '@mantine/core'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useSession } from '../api/session'
import type { SessionVisit } from '../api/types'
import { useActivity } from './activity'
import { ensureBanner, followHeight, writeBanner } from './bannerDom'
import { reportActivity } from './calls'
import { useVisitClock } from './clock'
import { watchTyping } from './drafts'
import { askForChanges } from './makeChanges'
import { visitTexts } from './texts'
import { announcementBetween } from './times'

const StillThere = lazy(() => import('./StillThere'))

/** Banner brings the server's banner to life: the time that is left, *Make changes*, and what is said aloud. */
export function Banner() {
  const session = useSession()
  if (!session.impersonation) return null
  const changes = session.permissions_in_change_mode.length > session.permissions.length
  return <LiveBanner visit={session.impersonation} csrfToken={session.csrf_token} changes={changes} />
}

interface Props {
  visit: SessionVisit
  csrfToken: string
  /** Whether this person could make changes at all. */
  changes: boolean
}

function LiveBanner({ visit, csrfToken, changes }: Props) {
  const t = visitTexts.useT()
  const [banner] = useState(() => ensureBanner(visit, csrfToken))
  const clock = useVisitClock(visit)
  const { correct } = clock
  useActivity(visit.idle_timeout_seconds, (answer) =>
    correct(answer.remaining_seconds, answer.idle_remaining_seconds),
  )
  useEffect(() => followHeight(banner), [banner])
  // From the first moment: the dialog that keeps what was typed is loaded later.
  useEffect(watchTyping, [])
  useEffect(() => {
    if (!banner.isConnected) document.body.prepend(banner)
    writeBanner(banner, visit, clock.total)
  }, [banner, visit, clock.total])
  const more = banner.querySelector('#ik-banner-more')
  return (
    <>
      {more &&
        visit.mode === 'look' &&
        changes &&
        createPortal(
          <button type="button" onClick={() => void askForChanges()}>
            {t('change.button')}
          </button>,
          more,
        )}
      <Announcer total={clock.total} />
      <Suspense>
        {clock.phase === 'still-there' && (
          <StillThere
            idle={clock.idle}
            stay={async () => {
              const answer = await reportActivity()
              correct(answer.remaining_seconds, answer.idle_remaining_seconds)
            }}
          />
        )}
      </Suspense>
    </>
  )
}

function Announcer({ total }: { total: number }) {
  const t = visitTexts.useT()
  const before = useRef(total)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const announcement = announcementBetween(before.current, total)
    before.current = total
    if (announcement) setSaid(t(`banner.${announcement}`))
  }, [total, t])
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {said}
    </VisuallyHidden>
  )
}

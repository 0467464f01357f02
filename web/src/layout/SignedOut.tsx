import { Anchor, Modal, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { on } from '../api/events'
import { queryClient, useSession } from '../api/session'
import { resumeEvents } from '../api/stream'
import { base } from '../boot'
import { SignInForm } from '../pages/session/SignInForm'
import { sessionTexts } from '../pages/session/texts'
import { placeNow } from '../visit/path'

/** SignedOut asks to sign in again on top of the page, so that what was typed below is still there. */
export function SignedOut() {
  const t = sessionTexts.useT()
  const { principal } = useSession()
  const [before] = useState(principal)
  const [out, setOut] = useState(false)
  useEffect(
    () =>
      on('signedOut', () => {
        if (!base) return setOut(true)
        window.location.replace(`/sign-in?next=${encodeURIComponent(placeNow())}`)
      }),
    [],
  )
  if (!out) return null
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('signIn.again')}
      zIndex={940}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('signIn.againLead')}
        </Text>
        <SignInForm
          onDone={(session) => {
            if (session.principal.person_id !== before.person_id) return window.location.assign('/dashboard')
            setOut(false)
            resumeEvents()
            void queryClient.invalidateQueries()
          }}
        />
        <Anchor href={`/sign-in?next=${encodeURIComponent(placeNow())}`} size="sm">
          {t('signIn.other')}
        </Anchor>
      </Stack>
    </Modal>
  )
}

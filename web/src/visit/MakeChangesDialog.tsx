import { Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../api/session'
import { sayProblem } from '../api/words'
import { common } from '../i18n/common'
import type { Asking } from '../ui/ask'
import { FormFoot } from '../ui/FormFoot'
import { changeMode } from './calls'
import { useAskingForChanges } from './makeChanges'
import { ReasonField, reasonReady } from './ReasonField'
import { visitTexts } from './texts'

/** MakeChangesDialog is mounted once, inside a visit. */
export function MakeChangesDialog() {
  const pending = useAskingForChanges()
  return pending ? <MakeChanges {...pending} /> : null
}

function MakeChanges({ answer }: Asking<true, boolean>) {
  const t = visitTexts.useT()
  const c = common.useT()
  const subject = useSession().impersonation?.subject.name ?? ''
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const submit = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await changeMode('change', reason.trim())
      answer(true)
    } catch (error) {
      setProblem(error)
      setBusy(false)
    }
  }
  return (
    <Modal
      opened
      onClose={() => answer(false)}
      title={t('change.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (reasonReady(reason)) void submit()
        }}
      >
        <Stack>
          <Text size="sm">{t('change.lead', { subject })}</Text>
          <ReasonField label={t('change.reason')} value={reason} onChange={setReason} autoFocus />
          <FormFoot
            problem={problem !== null ? sayProblem(problem) : null}
            submit={t('change.button')}
            busy={busy}
            disabled={!reasonReady(reason)}
            onCancel={() => answer(false)}
          />
        </Stack>
      </form>
    </Modal>
  )
}

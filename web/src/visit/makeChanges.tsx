import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { allowed } from '../api/permission'
import { isProblem } from '../api/problem'
import { useSession } from '../api/session'
import { sayProblem } from '../api/words'
import { common } from '../i18n/common'
import { type Asking, askable } from '../ui/ask'
import { changeMode } from './calls'
import { ReasonField, reasonReady } from './ReasonField'
import { visitTexts } from './texts'

const asking = askable<true, boolean>(false)

/** askForChanges offers *Make changes* and resolves to whether the visit may change things now. */
export const askForChanges = () => asking.ask(true)

/** withChanges runs a write; where the visit only looks it offers *Make changes* and then tries again. */
export async function withChanges<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (isProblem(error, 'read-only-visit') && (await askForChanges())) return write()
    throw error
  }
}

/**
 * useAct returns a function that runs what a button does. In a visit that only looks the button stands
 * as the customer has it; using it offers *Make changes* first.
 */
export function useAct(): (permission: string, act: () => void) => void {
  const session = useSession()
  return (permission, act) => {
    if (allowed(session, permission) !== 'in-change-mode') return act()
    void askForChanges().then((changed) => changed && act())
  }
}

/** MakeChangesDialog is mounted once, inside a visit. */
export function MakeChangesDialog() {
  const pending = asking.useAsking()
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
          {problem !== null && (
            <Alert color="clay" role="alert">
              {sayProblem(problem)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => answer(false)}>
              {c('act.cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={!reasonReady(reason)}>
              {t('change.button')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

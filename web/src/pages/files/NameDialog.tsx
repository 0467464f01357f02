import { Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { sayProblem } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { goodName } from './paths'
import { fileTexts } from './texts'

interface Props {
  title: string
  label: string
  submit: string
  name?: string
  taken: ReadonlySet<string>
  onSubmit: (name: string) => Promise<void>
  onClose: () => void
}

/** NameDialog asks for a name, for something new or something old. */
export function NameDialog({ title, label, submit, name: old = '', taken, onSubmit, onClose }: Props) {
  const t = fileTexts.useT()
  const c = common.useT()
  const [name, setName] = useState(old)
  const [error, setError] = useState<string | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const go = async () => {
    const wanted = name.trim()
    if (!goodName(wanted)) return setError(t('name.bad'))
    if (wanted !== old && taken.has(wanted)) return setError(t('name.taken'))
    setError(null)
    setProblem(null)
    setBusy(true)
    try {
      await onSubmit(wanted)
      onClose()
    } catch (thrown) {
      setProblem(thrown)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': c('act.close') }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void go()
        }}
      >
        <Stack>
          <TextInput
            label={label}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={error}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          <FormFoot
            problem={problem !== null ? sayProblem(problem) : null}
            submit={submit}
            busy={busy}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  )
}

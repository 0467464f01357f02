import { Alert, Button, Group } from '@mantine/core'
import { common } from '../i18n/common'

interface Props {
  /** What is wrong with the form as a whole; null or nothing while it is not known to be. */
  problem?: string | null
  /** What the button that sends the form says. */
  submit: string
  busy: boolean
  disabled?: boolean
  onCancel: () => void
}

/** FormFoot ends the form of a dialog: what belongs to no field, the way back, and the way on. */
export function FormFoot({ problem, submit, busy, disabled, onCancel }: Props) {
  const c = common.useT()
  return (
    <>
      {problem && (
        <Alert color="clay" role="alert">
          {problem}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          {c('act.cancel')}
        </Button>
        <Button type="submit" loading={busy} disabled={disabled}>
          {submit}
        </Button>
      </Group>
    </>
  )
}

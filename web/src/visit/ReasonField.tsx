import { Group, Text, Textarea } from '@mantine/core'
import { useId } from 'react'
import { reasonMax, reasonMin, visibleLength } from './reason'
import { visitTexts } from './texts'

export { reasonReady } from './reason'

interface Props {
  label?: string
  value: string
  onChange: (value: string) => void
  error?: string | null
  autoFocus?: boolean
}

/** ReasonField asks for a reason and says, while it is written, who will read it and how much is missing. */
export function ReasonField({ label, value, onChange, error, autoFocus }: Props) {
  const t = visitTexts.useT()
  const counter = useId()
  const missing = reasonMin - visibleLength(value)
  const count = [...value.trim()].length
  return (
    <div>
      <Textarea
        label={label ?? t('reason.label')}
        description={t('reason.hint')}
        inputWrapperOrder={['label', 'description', 'input', 'error']}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        maxLength={reasonMax}
        minRows={2}
        maxRows={6}
        autosize
        required
        withAsterisk={false}
        aria-describedby={counter}
        data-autofocus={autoFocus ? true : undefined}
      />
      <Group justify="flex-end" mt={4}>
        <Text id={counter} size="xs" c="dimmed" className="ik-tabular">
          {missing > 0 ? t('reason.short', { count: missing }) : t('reason.enough', { count })}
        </Text>
      </Group>
    </div>
  )
}

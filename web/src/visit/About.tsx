import { Group, Select, TextInput } from '@mantine/core'
import { ReasonField } from './ReasonField'
import { signInTexts } from './signInTexts'
import { reasonCodes, type Why } from './start'
import { visitTexts } from './texts'

interface Props {
  why: Why
  set: (part: Partial<Why>) => void
  errors: Record<string, string | undefined>
}

/** About asks why somebody comes: what the customer reads. */
export function About({ why, set, errors }: Props) {
  const t = signInTexts.useT()
  const v = visitTexts.useT()
  return (
    <>
      <Group grow align="flex-start" gap="sm">
        <Select
          label={t('code')}
          data={reasonCodes.map((code) => ({ value: code, label: v(`code.${code}`) }))}
          value={why.code}
          onChange={(code) => set({ code: (code as Why['code']) ?? why.code })}
          allowDeselect={false}
          error={errors.reason_code}
          comboboxProps={{ shadow: 'md' }}
        />
        <TextInput
          label={t('ticket')}
          placeholder={t('ticketHint')}
          value={why.ticket}
          onChange={(event) => set({ ticket: event.currentTarget.value })}
          error={errors.ticket}
        />
      </Group>
      <ReasonField
        value={why.reason}
        onChange={(reason) => set({ reason })}
        error={errors.reason}
        autoFocus
      />
    </>
  )
}

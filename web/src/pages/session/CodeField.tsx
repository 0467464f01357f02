import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { TextButton } from '../../ui/TextButton'
import { sessionTexts } from './texts'

interface Props {
  value: string
  onChange: (code: string) => void
  error?: string
  /** Whether there is an app: without one it is a recovery code alone. */
  app?: boolean
}

/** CodeField takes what the app shows, or a recovery code. */
export function CodeField({ value, onChange, error, app = true }: Props) {
  const t = sessionTexts.useT()
  const [chosen, setRecovery] = useState(false)
  const recovery = chosen || !app
  return (
    <div>
      <TextInput
        key={String(recovery)}
        label={recovery ? t('code.recovery') : t('code.app')}
        description={recovery ? t('code.recoveryHint') : t('code.appHint')}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        inputMode={recovery ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        size="md"
        maxLength={64}
        autoFocus={app}
      />
      {app && (
        <TextButton
          size="sm"
          mt={6}
          onClick={() => {
            onChange('')
            setRecovery(!recovery)
          }}
        >
          {recovery ? t('code.useApp') : t('code.useRecovery')}
        </TextButton>
      )}
    </div>
  )
}

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

/** asksForCode says whether an answer means that a code is what is missing, or was not right. */
export const asksForCode = (code: string): boolean => code === 'code-required' || code === 'code-wrong'

/** methodsOf is what may stand for the code, where an answer asks for one. */
export function methodsOf({ more }: { more: Record<string, unknown> }): string[] {
  return Array.isArray(more.methods) ? more.methods.map(String) : ['totp', 'recovery']
}

import { Alert, Button, Group, Text } from '@mantine/core'
import { problemOf } from '../api/problem'
import { fieldErrors } from '../api/words'
import { consentTexts } from './consentTexts'
import { signInTexts } from './signInTexts'

interface Props {
  error: unknown
  known: readonly string[]
  onSupersede: () => void
  /** How a locked account can still be entered; null where the reason is none for it. */
  onBreakGlass: (() => void) | null
  name: string
}

/** RefusedStart says why a visit did not start. Where one runs already it leads there, or replaces it. */
export function RefusedStart({ error, known, onSupersede, onBreakGlass, name }: Props) {
  const t = signInTexts.useT()
  const problem = problemOf(error)
  const { rest } = fieldErrors(error, known)
  if (problem.code === 'account-locked')
    return <Locked may={problem.more.break_glass === true} onBreakGlass={onBreakGlass} name={name} />
  if (problem.code !== 'already-impersonating') {
    if (!rest) return null
    return (
      <Alert color="clay" role="alert" title={t('failed')}>
        {rest}
      </Alert>
    )
  }
  const running = visitAddress(problem.more.base_url)
  return (
    <Alert color="brass" role="alert" title={rest ?? t('already')} styles={{ message: { color: 'inherit' } }}>
      <Group gap="xs" mt="xs">
        {running && (
          <Button component="a" href={`${running}/dashboard`} size="xs">
            {t('openIt')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={onSupersede}>
          {t('supersede')}
        </Button>
      </Group>
    </Alert>
  )
}

function Locked(props: { may: boolean; onBreakGlass: (() => void) | null; name: string }) {
  const t = consentTexts.useT()
  return (
    <Alert color="clay" role="alert" title={t('locked')} styles={{ message: { color: 'inherit' } }}>
      <Text size="sm">{t('lockedText')}</Text>
      {props.may && (
        <>
          <Text size="sm" mt="xs">
            {t('glassText', { name: props.name })}
          </Text>
          {props.onBreakGlass ? (
            <Button size="xs" mt="xs" color="clay.7" onClick={props.onBreakGlass}>
              {t('glass')}
            </Button>
          ) : (
            <Text size="sm" mt="xs">
              {t('glassCode')}
            </Text>
          )}
        </>
      )}
    </Alert>
  )
}

function visitAddress(base: unknown): string | null {
  return typeof base === 'string' && /^\/as\/[\w-]+$/.test(base) ? base : null
}

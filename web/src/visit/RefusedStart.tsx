import { Alert, Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { problemOf } from '../api/problem'
import { fieldErrors } from '../api/words'
import { moment } from '../i18n/format'
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

/** RefusedStart says why a visit did not start. Where one runs already it leads there, unless it belongs to another sign-in, or replaces it. */
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
  const since = problem.more.started_at
  return (
    <Alert
      color="brass"
      role="alert"
      title={t(running ? 'already' : 'elsewhere')}
      styles={{ message: { color: 'inherit' } }}
    >
      {!running && typeof since === 'string' && (
        <Text size="sm">{t('elsewhereText', { at: moment(since) })}</Text>
      )}
      <Group gap="xs" mt="xs">
        {running && (
          <Button component="a" href={`${running}/dashboard`} size="xs">
            {t('openIt')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={onSupersede}>
          {t('supersede')}
        </Button>
        {!running && (
          <Button component={Link} to="/impersonations/live" size="xs" variant="subtle">
            {t('visits')}
          </Button>
        )}
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

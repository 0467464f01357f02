import { Alert, Button, Group } from '@mantine/core'
import { problemOf } from '../api/problem'
import { fieldErrors } from '../api/words'
import { signInTexts } from './signInTexts'

interface Props {
  error: unknown
  known: readonly string[]
  onSupersede: () => void
}

/** RefusedStart says why a visit did not start. Where one runs already it leads there, or replaces it. */
export function RefusedStart({ error, known, onSupersede }: Props) {
  const t = signInTexts.useT()
  const problem = problemOf(error)
  const { rest } = fieldErrors(error, known)
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

function visitAddress(base: unknown): string | null {
  return typeof base === 'string' && /^\/as\/[\w-]+$/.test(base) ? base : null
}

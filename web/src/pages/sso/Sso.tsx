import { Button, Group, Radio, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api, ok } from '../../api/client'
import { problemOf } from '../../api/problem'
import type { AccessRequest, SsoQuestion } from '../../api/types'
import { sayProblem } from '../../api/words'
import { moment } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { Facts } from '../../ui/Facts'
import { Fetched } from '../../ui/Fetched'
import { PageHeader } from '../../ui/PageHeader'
import { Empty } from '../../ui/states'
import { Asked } from '../../visit/Asked'
import { RefusedStart } from '../../visit/RefusedStart'
import { signInTexts } from '../../visit/signInTexts'
import { ssoTexts } from './texts'

const route = getRouteApi('/panel/sso')

/** Sso is where a link of a billing system or help desk leads. Opening it uses nothing up: the button does. */
export function Sso() {
  const t = ssoTexts.useT()
  const { token } = route.useSearch()
  const query = useQuery({
    queryKey: ['sso', token],
    queryFn: () => ok(api.POST('/sso/read', { body: { token: token ?? '' } })),
    enabled: Boolean(token),
    retry: false,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (!token) return <Nowhere text={t('missing')} />
  if (query.error && leadsNowhere(query.error)) return <Nowhere text={sayProblem(query.error)} />
  return (
    <Fetched query={query} height={300}>
      {(question) => <Question token={token} question={question} />}
    </Fetched>
  )
}

/** leadsNowhere tells a link that is not good from a question that was not answered. */
function leadsNowhere(error: unknown): boolean {
  return [403, 404, 422].includes(problemOf(error).status)
}

function Nowhere({ text }: { text: string }) {
  const t = ssoTexts.useT()
  return (
    <Empty
      whole
      title={t('goneTitle')}
      text={text}
      action={
        <Button component={Link} to="/dashboard" variant="default">
          {t('home')}
        </Button>
      }
    />
  )
}

function Question({ token, question }: { token: string; question: SsoQuestion }) {
  const t = ssoTexts.useT()
  const s = signInTexts.useT()
  const { account, path } = question
  const [informed, setInformed] = useState<'asked' | 'told' | ''>('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [asked, setAsked] = useState<AccessRequest | null>(null)
  const begin = async (supersede: boolean) => {
    setTried(true)
    if (!informed) return
    setBusy(true)
    setError(null)
    try {
      const begun = await ok(api.POST('/sso/start', { body: { token, informed, supersede, mode: 'look' } }))
      if ('base_url' in begun) window.location.assign(`${begun.base_url}${path}`)
      else setAsked(begun)
    } catch (thrown) {
      setError(thrown)
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void begin(false)
  }
  return (
    <>
      <PageHeader title={t('title', { name: account.name })} lead={t('lead')} />
      <Stack maw={640}>
        <Card title={t('visit')} note={t('reasonHint')}>
          <Facts
            facts={[
              [t('account'), account.name],
              [
                t('reason'),
                <span key="reason" className="ik-said">
                  {question.reason}
                </span>,
              ],
              [t('ticket'), question.ticket || null],
              [t('until'), moment(question.expires_at)],
            ]}
          />
        </Card>
        {asked ? (
          <Card>
            <Asked request={asked} onClose={() => window.location.assign('/dashboard')} />
          </Card>
        ) : (
          <form onSubmit={submit} noValidate>
            <Stack>
              <Radio.Group
                label={s('informed')}
                value={informed}
                onChange={(value) => setInformed(value as 'asked' | 'told')}
                error={tried && !informed ? s('informedMissing') : undefined}
              >
                <Stack gap={8} mt={6}>
                  <Radio value="asked" label={s('asked')} />
                  <Radio value="told" label={s('told')} />
                </Stack>
              </Radio.Group>
              {error !== null && (
                <RefusedStart
                  error={error}
                  known={[]}
                  onSupersede={() => void begin(true)}
                  onBreakGlass={null}
                  name={account.name}
                />
              )}
              <Group>
                <Button type="submit" loading={busy}>
                  {t('begin')}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Stack>
    </>
  )
}

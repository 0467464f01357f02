import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { queryClient, sessionQuery, useSession } from '../../api/session'
import type { SecondFactor } from '../../api/types'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { Facts } from '../../ui/Facts'
import { Moment } from '../../ui/Moment'
import { PageHeader } from '../../ui/PageHeader'
import { Status } from '../../ui/Status'
import { Failure } from '../../ui/states'
import { complain, toast } from '../../ui/toast'
import { RecoveryCodes } from './RecoveryCodes'
import { SetUpFactor } from './SetUpFactor'
import { meTexts } from './texts'

const factorQuery = { queryKey: ['second-factor'], queryFn: () => ok(api.GET('/me/second-factor')) }

/** reload reads anew what a change of the second factor changes. */
const reload = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: factorQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: ['sessions'] }),
  ])

/** Security is how one signs in, besides the password. In a visit it stays closed. */
export function Security() {
  const t = meTexts.useT()
  const { impersonation } = useSession()
  return (
    <>
      <PageHeader title={t('factor.page')} lead={t('factor.lead')} />
      <Stack gap="md" maw={640}>
        {impersonation ? (
          <Card title={t('factor.title')} note={t('factor.closed')}>
            {null}
          </Card>
        ) : (
          <Factor />
        )}
      </Stack>
    </>
  )
}

function Factor() {
  const t = meTexts.useT()
  const query = useQuery(factorQuery)
  const [codes, setCodes] = useState<string[] | null>(null)
  if (query.isPending) return <Skeleton height={180} />
  if (query.error && !query.data) return <Failure error={query.error} retry={() => query.refetch()} />
  const { enabled } = query.data.totp
  return (
    <>
      <Card
        title={t('factor.title')}
        aside={
          <Status tone={enabled ? 'good' : 'quiet'}>{enabled ? t('factor.on') : t('factor.off')}</Status>
        }
      >
        {enabled ? (
          <Enabled factor={query.data} />
        ) : (
          <SetUpFactor
            onDone={() => {
              toast(t('factor.done'))
              void reload()
            }}
          />
        )}
      </Card>
      {enabled && (
        <Card title={t('factor.codes')} note={t('factor.codesNote')}>
          {codes ? (
            <RecoveryCodes
              codes={codes}
              onKept={() => {
                setCodes(null)
                void reload()
              }}
            />
          ) : (
            <Recovery left={query.data.recovery_codes_left} onMade={setCodes} />
          )}
        </Card>
      )}
    </>
  )
}

function Enabled({ factor }: { factor: SecondFactor }) {
  const t = meTexts.useT()
  const remove = useMutation({
    mutationFn: () => ok(api.DELETE('/me/second-factor')),
    onSuccess: async () => {
      toast(t('factor.removed'))
      if (factor.required) return window.location.assign('/second-factor')
      await reload()
    },
    onError: complain,
  })
  const ask = async () => {
    const text = factor.required ? t('factor.removeRequired') : t('factor.removeText')
    if (await confirm({ title: t('factor.removeTitle'), text, act: t('factor.remove'), risky: true }))
      remove.mutate()
  }
  return (
    <Stack>
      <Text size="sm">{t('factor.onText')}</Text>
      <Facts facts={[[t('factor.since'), factor.totp.since && <Moment at={factor.totp.since} />]]} />
      <Group>
        <Button variant="default" loading={remove.isPending} onClick={() => void ask()}>
          {t('factor.remove')}
        </Button>
      </Group>
    </Stack>
  )
}

function Recovery({ left, onMade }: { left: number; onMade: (codes: string[]) => void }) {
  const t = meTexts.useT()
  const make = useMutation({
    mutationFn: () => ok(api.POST('/me/recovery-codes')),
    onSuccess: ({ recovery_codes }) => onMade(recovery_codes),
    onError: complain,
  })
  const ask = async () => {
    if (await confirm({ title: t('factor.renewTitle'), text: t('factor.renewText'), act: t('factor.renew') }))
      make.mutate()
  }
  return (
    <Group justify="space-between">
      <Status tone={left > 2 ? 'good' : 'warn'}>{t('factor.left', { count: left })}</Status>
      <Button variant="default" loading={make.isPending} onClick={() => void ask()}>
        {t('factor.renew')}
      </Button>
    </Group>
  )
}

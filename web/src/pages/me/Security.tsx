import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { passkeysQuery } from '../../api/passkey'
import { useSession } from '../../api/session'
import type { SecondFactor } from '../../api/types'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { Facts } from '../../ui/Facts'
import { Moment } from '../../ui/Moment'
import { PageHeader } from '../../ui/PageHeader'
import { Status } from '../../ui/Status'
import { Failure } from '../../ui/states'
import { complain, toast } from '../../ui/toast'
import { WhyButton } from '../../ui/Why'
import { factorQuery, reloadFactors } from './factors'
import { Passkeys } from './Passkeys'
import { RecoveryCodes } from './RecoveryCodes'
import { SetUpFactor } from './SetUpFactor'
import { meTexts } from './texts'

/** Security is how one signs in, besides the password. In a visit it stays closed. */
export function Security() {
  const t = meTexts.useT()
  const { impersonation } = useSession()
  return (
    <>
      <PageHeader title={t('factor.page')} lead={t('factor.lead')} />
      <Stack gap="md" maw={640}>
        {impersonation ? (
          <Card title={t('factor.page')} note={t('factor.closed')}>
            {null}
          </Card>
        ) : (
          <Factors />
        )}
      </Stack>
    </>
  )
}

function Factors() {
  const t = meTexts.useT()
  const query = useQuery(factorQuery)
  const passkeys = useQuery(passkeysQuery).data?.passkeys.length ?? 0
  const [codes, setCodes] = useState<string[] | null>(null)
  if (query.isPending) return <Skeleton height={180} />
  if (query.error && !query.data) return <Failure error={query.error} retry={() => query.refetch()} />
  const { totp, required } = query.data
  return (
    <>
      <Passkeys app={totp.enabled} required={required} />
      <Card
        title={t('factor.title')}
        aside={
          <Status tone={totp.enabled ? 'good' : 'quiet'}>
            {totp.enabled ? t('factor.on') : t('factor.off')}
          </Status>
        }
      >
        {totp.enabled ? (
          <Enabled factor={query.data} only={required && passkeys === 0} />
        ) : (
          <SetUpFactor
            onDone={() => {
              toast(t('factor.done'))
              void reloadFactors()
            }}
          />
        )}
      </Card>
      {(totp.enabled || passkeys > 0) && (
        <Card title={t('factor.codes')} note={t('factor.codesNote')}>
          {codes ? (
            <RecoveryCodes
              codes={codes}
              onKept={() => {
                setCodes(null)
                void reloadFactors()
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

function Enabled({ factor, only }: { factor: SecondFactor; only: boolean }) {
  const t = meTexts.useT()
  const remove = useMutation({
    mutationFn: () => ok(api.DELETE('/me/second-factor')),
    onSuccess: async () => {
      toast(t('factor.removed'))
      await reloadFactors()
    },
    onError: complain,
  })
  const ask = async () => {
    const question = { title: t('factor.removeTitle'), text: t('factor.removeText'), act: t('factor.remove') }
    if (await confirm({ ...question, risky: true })) remove.mutate()
  }
  return (
    <Stack>
      <Text size="sm">{t('factor.onText')}</Text>
      <Facts facts={[[t('factor.since'), factor.totp.since && <Moment at={factor.totp.since} />]]} />
      <Group>
        <WhyButton
          whyNot={only ? t('factor.last') : null}
          variant="default"
          loading={remove.isPending}
          onClick={() => void ask()}
        >
          {t('factor.remove')}
        </WhyButton>
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

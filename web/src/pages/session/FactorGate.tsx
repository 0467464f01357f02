import { Stack, Tabs, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { usePasskeysHere } from '../../api/passkey'
import { useSession } from '../../api/session'
import { signOut } from '../../api/signing'
import { common } from '../../i18n/common'
import { TextButton } from '../../ui/TextButton'
import { complain } from '../../ui/toast'
import { localPath } from '../../visit/path'
import { AddPasskey, useAddPasskey } from '../me/AddPasskey'
import { SetUpFactor } from '../me/SetUpFactor'
import { Door } from './Door'
import { sessionTexts } from './texts'

const StepUpDialog = lazy(() =>
  import('../../layout/StepUp').then(({ StepUpDialog }) => ({ default: StepUpDialog })),
)

const route = getRouteApi('/second-factor')

/** FactorGate is all there is for somebody whose role needs a second factor and who has none yet. */
export function FactorGate() {
  const t = sessionTexts.useT()
  const c = common.useT()
  const { next } = route.useSearch()
  const { permissions } = useSession()
  useEffect(() => {
    document.title = `${t('gate.title')} · ${c('product')}`
  }, [t, c])
  const place = localPath(next)
  // A new page: everything that was refused so far is asked anew.
  const enter = () => window.location.assign(place.startsWith('/second-factor') ? '/dashboard' : place)
  return (
    <Door>
      <Title order={1}>{t('gate.title')}</Title>
      <Text c="dimmed" size="sm" mt={4} mb="lg">
        {permissions.includes('account:impersonate') ? t('gate.lead') : t('gate.leadAll')}
      </Text>
      <Ways onDone={enter} />
      <TextButton mt="xl" size="sm" onClick={() => void signOut().catch(complain)}>
        {t('gate.signOut')}
      </TextButton>
      <Suspense>
        <StepUpDialog />
      </Suspense>
    </Door>
  )
}

/** Ways are an app, and a passkey where there can be one. What was begun with the one stays while the other is looked at. */
function Ways({ onDone }: { onDone: () => void }) {
  const t = sessionTexts.useT()
  const passkeys = usePasskeysHere()
  const adding = useAddPasskey(onDone)
  if (passkeys === undefined) return null
  if (!passkeys) return <SetUpFactor onDone={onDone} />
  return (
    <Tabs defaultValue="app">
      <Tabs.List mb="md">
        <Tabs.Tab value="app">{t('gate.app')}</Tabs.Tab>
        <Tabs.Tab value="passkey">{t('gate.passkey')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="app">
        <SetUpFactor onDone={onDone} />
      </Tabs.Panel>
      <Tabs.Panel value="passkey">
        <Stack>
          <Text size="sm">{t('gate.passkeyText')}</Text>
          <AddPasskey adding={adding} />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  )
}

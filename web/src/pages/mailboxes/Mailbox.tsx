import { Button, Group } from '@mantine/core'
import { IconEyeCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import type { Mailbox } from '../../api/types'
import { Fetched } from '../../ui/Fetched'
import { PageHeader } from '../../ui/PageHeader'
import { Closed } from './Closed'
import { useLock } from './lock'
import { Openness } from './MailboxStatus'
import { Messages } from './Messages'
import { useReads, useUnlocks } from './owner'
import { mailboxTexts } from './texts'
import { UnlockDialog } from './UnlockDialog'

const route = getRouteApi('/panel/mailboxes/$id')

/** MailboxPage is one mailbox and the messages in it, for those who may read them. */
export function MailboxPage() {
  const { id } = route.useParams()
  const query = useQuery({
    queryKey: ['mailbox', id],
    queryFn: () => ok(api.GET('/mailboxes/{id}', { params: { path: { id } } })),
    refetchInterval: 60_000,
  })
  return (
    <Fetched query={query} height={220}>
      {(mailbox) => <Loaded mailbox={mailbox} />}
    </Fetched>
  )
}

function Loaded({ mailbox }: { mailbox: Mailbox }) {
  const t = mailboxTexts.useT()
  const reads = useReads()
  return (
    <>
      <PageHeader
        title={mailbox.address}
        lead={<Openness mailbox={mailbox} />}
        back={{ to: '/mailboxes', label: t('messages.back') }}
        actions={<Opening mailbox={mailbox} />}
      />
      {reads(mailbox) ? <Messages mailbox={mailbox} /> : <Closed />}
    </>
  )
}

function Opening({ mailbox }: { mailbox: Mailbox }) {
  const t = mailboxTexts.useT()
  const unlocks = useUnlocks(mailbox.account_id)
  const lock = useLock()
  const [asking, setAsking] = useState(false)
  if (!unlocks) return null
  return (
    <Group gap="xs">
      {mailbox.open_until && (
        <Button variant="default" loading={lock.isPending} onClick={() => lock.mutate(mailbox)}>
          {t('act.lock')}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconEyeCheck size={16} stroke={1.6} aria-hidden="true" />}
        onClick={() => setAsking(true)}
      >
        {t('act.unlock')}
      </Button>
      {asking && <UnlockDialog mailbox={mailbox} onClose={() => setAsking(false)} />}
    </Group>
  )
}

import { Text } from '@mantine/core'
import { useSession } from '../../api/session'
import type { Mailbox } from '../../api/types'
import { moment } from '../../i18n/format'
import { Status } from '../../ui/Status'
import { useSetsPasswords } from './owner'
import { mailboxTexts } from './texts'

/** MailboxStatus says whether a mailbox can be opened, and whether support may read it. */
export function MailboxStatus({ mailbox }: { mailbox: Mailbox }) {
  return (
    <>
      <Ready mailbox={mailbox} />
      <Openness mailbox={mailbox} />
    </>
  )
}

/** Openness says until when support may read a mailbox; in a visit, also that it is closed. */
export function Openness({ mailbox }: { mailbox: Mailbox }) {
  const t = mailboxTexts.useT()
  const { impersonation, account } = useSession()
  const inside = impersonation !== null && mailbox.account_id === account.id
  if (!mailbox.open_until && !inside) return null
  const until = mailbox.open_until && moment(mailbox.open_until)
  return (
    <Text size="xs" c="dimmed" component="span" display="block">
      {until ? t(inside ? 'open.toYou' : 'open.until', { until }) : t('open.closed')}
    </Text>
  )
}

function Ready({ mailbox }: { mailbox: Mailbox }) {
  const t = mailboxTexts.useT()
  const owner = useSetsPasswords(mailbox.account_id)
  if (mailbox.status === 'active') return <Status tone="good">{t('status.active')}</Status>
  return (
    <Status tone="warn" hollow>
      {owner ? t('status.waiting_for_password') : t('status.waiting_for_owner')}
    </Status>
  )
}

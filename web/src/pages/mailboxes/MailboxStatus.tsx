import type { Mailbox } from '../../api/types'
import { Status } from '../../ui/Status'
import { useSetsPasswords } from './owner'
import { mailboxTexts } from './texts'

export function MailboxStatus({ mailbox }: { mailbox: Mailbox }) {
  const t = mailboxTexts.useT()
  const owner = useSetsPasswords(mailbox.account_id)
  if (mailbox.status === 'active') return <Status tone="good">{t('status.active')}</Status>
  return (
    <Status tone="warn" hollow>
      {owner ? t('status.waiting_for_password') : t('status.waiting_for_owner')}
    </Status>
  )
}

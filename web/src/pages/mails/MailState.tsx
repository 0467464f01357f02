import type { Mail } from '../../api/types'
import { Status } from '../../ui/Status'
import { mailTexts } from './texts'

/** MailState says whether a mail has left. */
export function MailState({ mail }: { mail: Mail }) {
  const t = mailTexts.useT()
  if (mail.sent_at) return <Status tone="good">{t('sent')}</Status>
  if (mail.failed_job_id) return <Status tone="bad">{t('undelivered')}</Status>
  if (!mail.last_error) return <Status tone="quiet">{t('waiting')}</Status>
  return (
    <Status tone="bad">
      {t('failing')}, {t('attempts', { count: mail.attempts })}
    </Status>
  )
}

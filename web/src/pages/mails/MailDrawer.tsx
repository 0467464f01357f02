import { Drawer, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { common } from '../../i18n/common'
import { moment } from '../../i18n/format'
import { Facts } from '../../ui/Facts'
import { Failure } from '../../ui/states'
import { Retry } from '../jobs/Retry'
import classes from './MailDrawer.module.css'
import { MailState } from './MailState'
import { mailTexts } from './texts'

/** MailDrawer shows one message as it was written. */
export function MailDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = mailTexts.useT()
  const c = common.useT()
  const query = useQuery({
    queryKey: ['mail', id],
    queryFn: () => ok(api.GET('/mails/{id}', { params: { path: { id } } })),
  })
  const mail = query.data
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={mail?.subject ?? t('title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      {query.isPending && <Skeleton height={200} />}
      {query.error && !mail && <Failure error={query.error} retry={() => query.refetch()} />}
      {mail && (
        <Stack>
          <Facts
            facts={[
              [
                t('column.to'),
                <span key="to" className="ik-said">
                  {mail.to}
                </span>,
              ],
              [t('column.state'), <MailState key="state" mail={mail} />],
              [t('column.created'), moment(mail.created_at)],
              [t('sentAt'), mail.sent_at && moment(mail.sent_at)],
              [t('event'), <code key="event">{mail.event}</code>],
              [t('id'), mail.message_id],
              [t('error'), mail.last_error && <span className="ik-said">{mail.last_error}</span>],
            ]}
          />
          {mail.failed_job_id && (
            <div>
              <Retry id={mail.failed_job_id} />
            </div>
          )}
          <section aria-label={t('text')}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls sideways must be reachable by keyboard */}
            <pre className={classes.text} tabIndex={0}>
              {mail.text}
            </pre>
          </section>
        </Stack>
      )}
    </Drawer>
  )
}

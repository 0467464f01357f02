import { Alert, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconArrowLeft, IconPaperclip } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import { isProblem } from '../../api/problem'
import type { Mailbox, MailMessage } from '../../api/types'
import { bytes, exactly } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { Facts } from '../../ui/Facts'
import { Failure } from '../../ui/states'
import { Closed } from './Closed'
import classes from './Messages.module.css'
import { mailboxTexts } from './texts'

interface Props {
  mailbox: Mailbox
  id: string
  /** How the question is asked: see Messages. */
  once: object
}

/** Letter is one message to be read, as plain text. */
export function Letter({ mailbox, id, once }: Props) {
  const t = mailboxTexts.useT()
  const query = useQuery({
    queryKey: ['message', mailbox.id, id],
    queryFn: () =>
      ok(
        api.GET('/mailboxes/{id}/messages/{message_id}', {
          params: { path: { id: mailbox.id, message_id: id } },
        }),
      ),
    ...once,
  })
  return (
    <>
      <Link
        to="/mailboxes/$id"
        params={{ id: mailbox.id }}
        search={({ cursor }) => ({ cursor })}
        className={classes.back}
      >
        <IconArrowLeft size={15} aria-hidden="true" />
        {t('messages.all')}
      </Link>
      {query.isPending && <Skeleton height={260} radius="lg" aria-busy="true" />}
      {isProblem(query.error, 'closed-while-acting') && <Closed />}
      {query.error && !isProblem(query.error, 'closed-while-acting') && (
        <Card>
          <Failure error={query.error} retry={() => query.refetch()} />
        </Card>
      )}
      {query.data && <Read message={query.data} />}
    </>
  )
}

function Read({ message }: { message: MailMessage }) {
  const t = mailboxTexts.useT()
  return (
    <Card>
      <Stack gap="md">
        <Title order={2} className="ik-said">
          {message.subject || t('messages.noSubject')}
        </Title>
        <Facts
          facts={[
            [t('messages.from'), said(message.from || t('messages.noSender'))],
            [t('messages.to'), message.to.length > 0 && said(message.to.join(', '))],
            [t('messages.cc'), message.cc.length > 0 && said(message.cc.join(', '))],
            [t('messages.sent'), message.date && exactly(message.date)],
            [t('messages.received'), exactly(message.received_at)],
            [t('messages.size'), bytes(message.size_bytes)],
          ]}
        />
        {message.text ? (
          <div className={classes.text}>{message.text}</div>
        ) : (
          <Text c="dimmed" size="sm">
            {t('messages.noText')}
          </Text>
        )}
        {message.truncated && <Alert color="brass">{t('messages.truncated')}</Alert>}
        {message.attachments.length > 0 && (
          <section aria-label={t('messages.attachments')}>
            <Text size="sm" fw={600}>
              {t('messages.attachments')}
            </Text>
            <ul className={classes.attached}>
              {message.attachments.map((one, place) => (
                <li key={place} className="ik-said">
                  <IconPaperclip size={15} aria-hidden="true" /> {one.name || t('messages.unnamed')} ·{' '}
                  {bytes(one.size_bytes)}
                </li>
              ))}
            </ul>
          </section>
        )}
        <Text size="xs" c="dimmed">
          {t('messages.plain')}
        </Text>
      </Stack>
    </Card>
  )
}

function said(text: string) {
  return (
    <span key={text} className="ik-said">
      {text}
    </span>
  )
}

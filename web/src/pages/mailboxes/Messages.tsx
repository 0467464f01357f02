import { Skeleton, Text } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { api, ok } from '../../api/client'
import { isProblem } from '../../api/problem'
import { useSession } from '../../api/session'
import type { Mailbox, MessageHead } from '../../api/types'
import { Card } from '../../ui/Card'
import { Moment } from '../../ui/Moment'
import { Pages } from '../../ui/Pages'
import { usePaging } from '../../ui/paging'
import { Empty, Failure } from '../../ui/states'
import { Closed } from './Closed'
import { Letter } from './Letter'
import classes from './Messages.module.css'
import { mailboxTexts } from './texts'

const route = getRouteApi('/panel/mailboxes/$id')

/**
 * Each time a visitor's page asks, it is recorded: it asks when something is opened and not by itself.
 */
const onlyWhenOpened = {
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
  retry: false,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
}

/** Messages is the list of what is in a mailbox, and the message that is read. */
export function Messages({ mailbox }: { mailbox: Mailbox }) {
  const t = mailboxTexts.useT()
  const { message, cursor } = route.useSearch()
  const navigate = route.useNavigate()
  const acting = useSession().impersonation !== null
  const query = useQuery({
    queryKey: ['messages', mailbox.id, cursor],
    queryFn: () =>
      ok(
        api.GET('/mailboxes/{id}/messages', {
          params: { path: { id: mailbox.id }, query: { cursor, page_size: 25 } },
        }),
      ),
    placeholderData: keepPreviousData,
    ...onlyWhenOpened,
  })
  const paging = usePaging(
    cursor,
    query.data?.next_cursor,
    (next) => void navigate({ search: { cursor: next } }),
  )
  if (query.isPending) return <Skeleton height={260} radius="lg" aria-busy="true" />
  if (isProblem(query.error, 'closed-while-acting')) return <Closed />
  if (query.error && !query.data) {
    return (
      <Card>
        <Failure error={query.error} retry={() => query.refetch()} />
      </Card>
    )
  }
  const { messages } = query.data
  if (messages.length === 0) {
    return (
      <Card flush>
        <Empty
          icon={<IconInbox size={32} stroke={1.5} aria-hidden="true" />}
          title={t('messages.none')}
          text={t('messages.noneText')}
        />
      </Card>
    )
  }
  return (
    <>
      {acting && (
        <Text size="sm" c="dimmed" mb="sm">
          {t('open.watched')}
        </Text>
      )}
      <div className={clsx(classes.desk, message && classes.reading)}>
        <section className={classes.list} aria-label={t('messages.title')}>
          <ul>
            {messages.map((head) => (
              <Row key={head.id} head={head} chosen={head.id === message} />
            ))}
          </ul>
          <Pages paging={paging} label={t('messages.title')} />
        </section>
        <div className={classes.letter}>
          {message ? (
            <Letter key={message} mailbox={mailbox} id={message} once={onlyWhenOpened} />
          ) : (
            <Card flush>
              <Empty title={t('messages.choose')} />
            </Card>
          )}
        </div>
      </div>
    </>
  )
}

function Row({ head, chosen }: { head: MessageHead; chosen: boolean }) {
  const t = mailboxTexts.useT()
  const { id } = route.useParams()
  return (
    <li>
      <Link
        to="/mailboxes/$id"
        params={{ id }}
        search={(before) => ({ ...before, message: head.id })}
        className={classes.row}
        aria-current={chosen ? 'true' : undefined}
      >
        <span className={classes.first}>
          <span className={classes.from}>{head.from || t('messages.noSender')}</span>
          <span className={classes.when}>
            <Moment at={head.received_at} />
          </span>
        </span>
        <span className={classes.subject}>{head.subject || t('messages.noSubject')}</span>
      </Link>
    </li>
  )
}

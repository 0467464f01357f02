import { Switch, Text } from '@mantine/core'
import { IconMailForward } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api, ok } from '../../api/client'
import type { Mail } from '../../api/types'
import { Filters } from '../../ui/Filters'
import { Listing } from '../../ui/Listing'
import { Moment } from '../../ui/Moment'
import { PageHeader } from '../../ui/PageHeader'
import { usePaging } from '../../ui/paging'
import { Empty } from '../../ui/states'
import { TextButton } from '../../ui/TextButton'
import { Retry } from '../jobs/Retry'
import { MailDrawer } from './MailDrawer'
import { MailState } from './MailState'
import { mailTexts } from './texts'

const route = getRouteApi('/panel/mails')

/** Mails lists what the system wrote to people. */
export function Mails() {
  const t = mailTexts.useT()
  const { id, undelivered, cursor } = route.useSearch()
  const navigate = route.useNavigate()
  const open = (next: string | undefined) => void navigate({ search: { undelivered, cursor, id: next } })
  const query = useQuery({
    queryKey: ['mails', undelivered, cursor],
    queryFn: () =>
      ok(
        api.GET('/mails', {
          params: { query: { undelivered: Boolean(undelivered), cursor, page_size: 50 } },
        }),
      ),
    placeholderData: keepPreviousData,
  })
  const paging = usePaging(
    cursor,
    query.data?.next_cursor,
    (next) => void navigate({ search: { undelivered, cursor: next } }),
  )
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Filters>
        <Switch
          label={t('onlyUndelivered')}
          checked={Boolean(undelivered)}
          onChange={(changed) =>
            void navigate({ search: { undelivered: changed.currentTarget.checked ? 'yes' : undefined } })
          }
        />
      </Filters>
      <Listing<Mail>
        label={t('title')}
        query={query}
        rows={query.data?.mails}
        idOf={(mail) => mail.id}
        paging={paging}
        onOpen={(mail) => open(mail.id)}
        filters={{
          active: Boolean(undelivered),
          clear: () => void navigate({ search: {} }),
          hint: t('allDelivered'),
        }}
        columns={[
          {
            key: 'subject',
            title: t('column.subject'),
            render: (mail) => <Subject mail={mail} open={open} />,
          },
          {
            key: 'to',
            title: t('column.to'),
            least: 260,
            render: (mail) => <span className="ik-said">{mail.to}</span>,
          },
          { key: 'state', title: t('column.state'), width: 150, render: (mail) => <MailState mail={mail} /> },
          {
            key: 'created',
            title: t('column.created'),
            width: 140,
            from: 'md',
            render: (mail) => <Moment at={mail.created_at} />,
          },
          {
            key: 'retry',
            title: '',
            width: 130,
            right: true,
            render: (mail) => <Retry id={mail.failed_job_id} />,
          },
        ]}
        card={(mail) => (
          <>
            <Subject mail={mail} open={open} />
            <Text size="xs" c="dimmed" className="ik-said">
              {mail.to} · <Moment at={mail.created_at} />
            </Text>
            <MailState mail={mail} />
            <Retry id={mail.failed_job_id} />
          </>
        )}
        empty={
          <Empty
            icon={<IconMailForward size={32} stroke={1.5} aria-hidden="true" />}
            title={t('empty.title')}
            text={t('empty.text')}
          />
        }
      />
      {id && <MailDrawer id={id} onClose={() => open(undefined)} />}
    </>
  )
}

function Subject({ mail, open }: { mail: Mail; open: (id: string) => void }) {
  return (
    <TextButton size="sm" className="ik-said" onClick={() => open(mail.id)}>
      {mail.subject}
    </TextButton>
  )
}

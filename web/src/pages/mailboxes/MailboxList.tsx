import { Button, Text } from '@mantine/core'
import { IconMail, IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import type { Account, Mailbox } from '../../api/types'
import { bytes, dateOnly } from '../../i18n/format'
import type { Words } from '../../search'
import { Filters, SearchField } from '../../ui/Filters'
import { Listing } from '../../ui/Listing'
import { usePaging } from '../../ui/paging'
import { Empty } from '../../ui/states'
import { useAct } from '../../visit/makeChanges'
import { CreateMailbox } from './CreateMailbox'
import { MailboxMenu } from './MailboxMenu'
import { MailboxStatus } from './MailboxStatus'
import { useReads } from './owner'
import { mailboxTexts } from './texts'
import { Waiting } from './Waiting'

type Search = Words<'q' | 'cursor'>

interface Props {
  account?: Account
  search: Search
  go: (search: Search) => void
}

/** MailboxList shows the mailboxes of the own account, or of one that staff chose. */
export function MailboxList({ account, search, go }: Props) {
  const t = mailboxTexts.useT()
  const may = useMay()
  const act = useAct()
  const reads = useReads()
  const [creating, setCreating] = useState(false)
  const query = useQuery({
    queryKey: ['mailboxes', account?.id ?? 'own', search],
    queryFn: () =>
      ok(api.GET('/mailboxes', { params: { query: { ...search, account_id: account?.id, page_size: 50 } } })),
    placeholderData: keepPreviousData,
  })
  const paging = usePaging(search.cursor, query.data?.next_cursor, (cursor) => go({ ...search, cursor }))
  const rows = query.data?.mailboxes
  const create = may('mailbox:manage') && (
    <Button
      leftSection={<IconPlus size={16} aria-hidden="true" />}
      onClick={() => act('mailbox:manage', () => setCreating(true))}
    >
      {t('create')}
    </Button>
  )
  return (
    <>
      <Waiting mailboxes={rows ?? []} />
      <Filters>
        <SearchField
          label={t('search.label')}
          placeholder={t('search.placeholder')}
          value={search.q}
          onSearch={(q) => go({ q })}
        />
        {(rows?.length ?? 0) > 0 && create}
      </Filters>
      <Listing<Mailbox>
        label={t('title')}
        query={query}
        rows={rows}
        idOf={(mailbox) => mailbox.id}
        paging={paging}
        filters={{ active: Boolean(search.q), clear: () => go({}) }}
        columns={[
          { key: 'address', title: t('column.address'), render: (mailbox) => <Address mailbox={mailbox} /> },
          {
            key: 'status',
            title: t('column.status'),
            width: 250,
            render: (mailbox) => <MailboxStatus mailbox={mailbox} />,
          },
          { key: 'used', title: t('column.used'), width: 170, from: 'md', render: usage },
          {
            key: 'created',
            title: t('column.created'),
            width: 130,
            from: 'md',
            render: (mailbox) => dateOnly(mailbox.created_at),
          },
        ]}
        card={(mailbox) => (
          <>
            <Address mailbox={mailbox} />
            <Text size="xs" c="dimmed">
              {usage(mailbox)}
            </Text>
            <MailboxStatus mailbox={mailbox} />
          </>
        )}
        actions={
          may('mailbox:manage') || may('mailbox:set-password') || rows?.some(reads)
            ? (mailbox) => <MailboxMenu mailbox={mailbox} />
            : undefined
        }
        empty={
          <Empty
            icon={<IconMail size={32} stroke={1.5} aria-hidden="true" />}
            title={t('empty.title')}
            text={account ? t('empty.textOther') : t('empty.text')}
            action={create}
          />
        }
      />
      {creating && <CreateMailbox accountId={account?.id} onClose={() => setCreating(false)} />}
    </>
  )
}

function Address({ mailbox }: { mailbox: Mailbox }) {
  const reads = useReads()
  if (reads(mailbox)) {
    return (
      <Text size="sm" fw={500} component="span" className="ik-said">
        <Link to="/mailboxes/$id" params={{ id: mailbox.id }} className="ik-link">
          {mailbox.address}
        </Link>
      </Text>
    )
  }
  return (
    <Text size="sm" fw={500} component="span" className="ik-said">
      {mailbox.address}
    </Text>
  )
}

function usage(mailbox: Mailbox): string {
  const used = bytes(mailbox.used_bytes)
  return mailbox.quota_bytes ? `${used} / ${bytes(mailbox.quota_bytes)}` : used
}

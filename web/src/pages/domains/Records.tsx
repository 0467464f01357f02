import { Button, Menu, Text, Title } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { queryClient } from '../../api/session'
import type { DnsRecord, Domain } from '../../api/types'
import { confirm } from '../../ui/confirm'
import { Listing } from '../../ui/Listing'
import { RowMenu } from '../../ui/RowMenu'
import { Empty } from '../../ui/states'
import { complain, toast } from '../../ui/toast'
import { useAct, withChanges } from '../../visit/makeChanges'
import { RecordDialog } from './RecordDialog'
import classes from './Records.module.css'
import { domainTexts } from './texts'

/** Records edits what a domain answers. */
export function Records({ domain }: { domain: Domain }) {
  const t = domainTexts.useT()
  const may = useMay()
  const act = useAct()
  const [editing, setEditing] = useState<DnsRecord | 'new' | null>(null)
  const query = useQuery({
    queryKey: ['records', domain.id],
    queryFn: () =>
      ok(
        api.GET('/domains/{id}/records', { params: { path: { id: domain.id }, query: { page_size: 200 } } }),
      ),
  })
  const manages = may('record:manage')
  const add = manages && (
    <Button
      size="sm"
      leftSection={<IconPlus size={16} aria-hidden="true" />}
      onClick={() => act('record:manage', () => setEditing('new'))}
    >
      {t('page.add')}
    </Button>
  )
  return (
    <section className={classes.records}>
      <div className={classes.head}>
        <div>
          <Title order={2}>{t('page.records')}</Title>
          <Text size="sm" c="dimmed" maw={640}>
            {t('page.recordsNote')}
          </Text>
        </div>
        {(query.data?.records.length ?? 0) > 0 && add}
      </div>
      <Listing<DnsRecord>
        label={t('page.records')}
        query={query}
        rows={query.data?.records}
        idOf={(record) => record.id}
        columns={[
          {
            key: 'type',
            title: t('record.type'),
            width: 90,
            render: (record) => <strong>{record.type}</strong>,
          },
          {
            key: 'name',
            title: t('record.name'),
            render: (record) => <code>{record.name}</code>,
            width: '28%',
          },
          { key: 'value', title: t('record.value'), render: (record) => <Value record={record} /> },
          {
            key: 'ttl',
            title: t('record.ttl'),
            width: 130,
            right: true,
            render: (record) => (
              <span className="ik-tabular">{t('record.ttlSeconds', { count: record.ttl })}</span>
            ),
          },
        ]}
        card={(record) => (
          <>
            <Text size="sm">
              <strong>{record.type}</strong> <code>{record.name}</code>
            </Text>
            <Value record={record} />
          </>
        )}
        actions={
          manages
            ? (record) => <RecordMenu domain={domain} record={record} edit={() => setEditing(record)} />
            : undefined
        }
        empty={<Empty title={t('page.none')} text={t('page.noneText')} action={add} />}
      />
      {editing && (
        <RecordDialog
          domain={domain}
          record={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  )
}

function Value({ record }: { record: DnsRecord }) {
  return <code className={classes.value}>{record.value}</code>
}

function RecordMenu({ domain, record, edit }: { domain: Domain; record: DnsRecord; edit: () => void }) {
  const t = domainTexts.useT()
  const act = useAct()
  const path = { id: domain.id, record_id: record.id }
  const remove = useMutation({
    mutationFn: () =>
      withChanges(() => ok(api.DELETE('/domains/{id}/records/{record_id}', { params: { path } }))),
    onSuccess: async () => {
      toast(t('done.recordDeleted'))
      await queryClient.invalidateQueries({ queryKey: ['records', domain.id] })
    },
    onError: complain,
  })
  const ask = async () => {
    const { type, name, value } = record
    const question = {
      title: t('record.deleteTitle'),
      text: t('record.deleteText', { type, name, value }),
      act: t('record.delete'),
    }
    if (await confirm(question)) remove.mutate()
  }
  return (
    <RowMenu name={`${record.type} ${record.name}`} width={160}>
      <Menu.Item
        leftSection={<IconPencil size={16} stroke={1.6} />}
        onClick={() => act('record:manage', edit)}
      >
        {t('record.edit')}
      </Menu.Item>
      <Menu.Item
        c="var(--ik-bad)"
        leftSection={<IconTrash size={16} stroke={1.6} />}
        onClick={() => act('record:manage', () => void ask())}
      >
        {t('record.delete')}
      </Menu.Item>
    </RowMenu>
  )
}

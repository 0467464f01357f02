import { Menu, Text } from '@mantine/core'
import { IconBellOff, IconBellRinging, IconPencil, IconUsers } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../api/client'
import { queryClient } from '../../api/session'
import type { NoticeMail } from '../../api/types'
import { confirm } from '../../ui/confirm'
import { Listing } from '../../ui/Listing'
import { PageHeader } from '../../ui/PageHeader'
import { RowMenu } from '../../ui/RowMenu'
import { Status } from '../../ui/Status'
import { complain, toast } from '../../ui/toast'
import { capital, noticeMailsQuery } from './calls'
import { noticeTexts } from './texts'

const CopiesDialog = lazy(() => import('./CopiesDialog'))

/** Templates lists what mails are sent about, whether they are, and who else is told. */
export function Templates() {
  const t = noticeTexts.useT()
  const query = useQuery(noticeMailsQuery)
  const [copying, setCopying] = useState<NoticeMail | null>(null)
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Listing<NoticeMail>
        label={t('title')}
        query={query}
        rows={query.data?.mails}
        idOf={(mail) => mail.event}
        columns={[
          { key: 'about', title: t('column.about'), render: (mail) => <About mail={mail} /> },
          { key: 'state', title: t('column.state'), width: 140, render: (mail) => <State mail={mail} /> },
          {
            key: 'text',
            title: t('column.text'),
            width: 200,
            from: 'md',
            render: (mail) => <Written mail={mail} />,
          },
          { key: 'copies', title: t('column.copies'), width: 220, render: (mail) => <Copies mail={mail} /> },
        ]}
        card={(mail) => (
          <>
            <div>
              <About mail={mail} />
            </div>
            <State mail={mail} />
            <Text size="xs" c="dimmed">
              <Written mail={mail} />
            </Text>
            {mail.copies.length > 0 && (
              <Text size="xs" c="dimmed">
                {t('column.copies')}: <Copies mail={mail} />
              </Text>
            )}
          </>
        )}
        actions={(mail) => <Acts mail={mail} onCopies={() => setCopying(mail)} />}
        empty={null}
      />
      <Suspense>
        {copying && (
          <CopiesDialog
            mail={copying}
            colleagues={query.data?.colleagues ?? []}
            onClose={() => setCopying(null)}
          />
        )}
      </Suspense>
    </>
  )
}

function About({ mail }: { mail: NoticeMail }) {
  return (
    <Link to="/notification-templates/$event" params={{ event: mail.event }} className="ik-link">
      {capital(mail.title)}
    </Link>
  )
}

function State({ mail }: { mail: NoticeMail }) {
  const t = noticeTexts.useT()
  if (mail.required) return <Status tone="quiet">{t('required')}</Status>
  return mail.enabled ? <Status tone="good">{t('on')}</Status> : <Status tone="warn">{t('off')}</Status>
}

function Written({ mail }: { mail: NoticeMail }) {
  const t = noticeTexts.useT()
  const known = useQuery(noticeMailsQuery).data?.languages ?? []
  if (mail.written.length === 0) return t('original')
  const names = mail.written.map((code) => known.find((each) => each.code === code)?.name ?? code)
  return t('changed', { languages: names.join(', ') })
}

function Copies({ mail }: { mail: NoticeMail }) {
  const t = noticeTexts.useT()
  const colleagues = useQuery(noticeMailsQuery).data?.colleagues ?? []
  if (!mail.may_copy) return '–'
  if (mail.copies.length === 0) return t('nobody')
  const names = mail.copies.map((id) => colleagues.find((each) => each.account_id === id)?.name ?? id)
  return <span className="ik-said">{names.join(', ')}</span>
}

function Acts({ mail, onCopies }: { mail: NoticeMail; onCopies: () => void }) {
  const t = noticeTexts.useT()
  const { event, title, enabled } = mail
  const params = { path: { event } }
  const turn = useMutation({
    mutationFn: () =>
      enabled
        ? api.POST('/notification-templates/{event}/disable', { params })
        : api.POST('/notification-templates/{event}/enable', { params }),
    onSuccess: async () => {
      toast(t(enabled ? 'nowOff' : 'nowOn', { title }))
      await queryClient.invalidateQueries({ queryKey: noticeMailsQuery.queryKey })
    },
    onError: complain,
  })
  const ask = async () => {
    if (await confirm({ title: t('offTitle', { title }), text: t('offText'), act: t('offAct'), risky: true }))
      turn.mutate()
  }
  return (
    <RowMenu name={capital(title)} width={250}>
      <Menu.Item
        leftSection={<IconPencil size={16} aria-hidden="true" />}
        renderRoot={(props) => <Link to="/notification-templates/$event" params={{ event }} {...props} />}
      >
        {t('edit')}
      </Menu.Item>
      {mail.may_copy && (
        <Menu.Item leftSection={<IconUsers size={16} aria-hidden="true" />} onClick={onCopies}>
          {t('copies.act')}
        </Menu.Item>
      )}
      {!mail.required && enabled && (
        <Menu.Item leftSection={<IconBellOff size={16} aria-hidden="true" />} onClick={() => void ask()}>
          {t('turnOff')}
        </Menu.Item>
      )}
      {!enabled && (
        <Menu.Item
          leftSection={<IconBellRinging size={16} aria-hidden="true" />}
          onClick={() => turn.mutate()}
        >
          {t('turnOn')}
        </Menu.Item>
      )}
    </RowMenu>
  )
}

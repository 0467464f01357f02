import { ActionIcon, Popover, ScrollArea, Skeleton, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBell } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import { api } from '../api/client'
import { useMay } from '../api/permission'
import { notificationsQuery } from '../api/queries'
import { queryClient, useSession } from '../api/session'
import type { Notification } from '../api/types'
import { Moment } from '../ui/Moment'
import { Empty, Failure } from '../ui/states'
import { TextButton } from '../ui/TextButton'
import { complain } from '../ui/toast'
import classes from './Bell.module.css'
import { layoutTexts } from './texts'

/** Bell shows how much is unread and, opened, what was told lately. */
export default function Bell() {
  const t = layoutTexts.useT()
  const [opened, { toggle, close }] = useDisclosure()
  const unread = useQuery(notificationsQuery).data?.unread ?? 0
  const label = unread > 0 ? t('bell.unread', { count: unread }) : t('bell.none')
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && close()}
      width={380}
      position="bottom-end"
      shadow="md"
      trapFocus
    >
      <Popover.Target>
        <ActionIcon
          variant="default"
          size={36}
          radius="xl"
          onClick={toggle}
          aria-label={label}
          aria-expanded={opened}
          style={{ position: 'relative', overflow: 'visible' }}
        >
          <IconBell size={18} stroke={1.6} aria-hidden="true" />
          {unread > 0 && (
            <span className={classes.count} aria-hidden="true">
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t('bell.label')}>
        <Told onGo={close} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Told({ onGo }: { onGo: () => void }) {
  const t = layoutTexts.useT()
  const query = useQuery(notificationsQuery)
  const inVisit = useSession().impersonation !== null
  const rows = query.data?.notifications ?? []
  return (
    <>
      <Text fw={600} px="md" pt="sm" pb={inVisit ? 0 : 'sm'}>
        {t('bell.label')}
      </Text>
      {inVisit && (
        <Text size="xs" c="dimmed" px="md" pb="sm">
          {t('bell.kept')}
        </Text>
      )}
      {query.isPending ? (
        <Stack p="md" gap="sm">
          <Skeleton height={14} />
          <Skeleton height={14} width="70%" />
        </Stack>
      ) : query.error && !query.data ? (
        <Failure error={query.error} retry={() => query.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={t('bell.emptyTitle')} text={t('bell.emptyText')} />
      ) : (
        <ScrollArea.Autosize mah="min(60dvh, 460px)" viewportProps={{ tabIndex: 0 }}>
          <ul className={classes.list}>
            {rows.map((each) => (
              <Item key={each.id} told={each} onGo={onGo} />
            ))}
          </ul>
        </ScrollArea.Autosize>
      )}
    </>
  )
}

function Item({ told, onGo }: { told: Notification; onGo: () => void }) {
  const t = layoutTexts.useT()
  const may = useMay()
  const { impersonation, principal } = useSession()
  const read = useMutation({
    mutationFn: () => api.POST('/notifications/{id}/read', { params: { path: { id: told.id } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
    onError: complain,
  })
  const readable = !told.read_at && !impersonation && may('notification:read')
  return (
    <li className={clsx(classes.item, !told.read_at && classes.unread)}>
      <Text size="sm" className="ik-said" fw={told.read_at ? undefined : 600}>
        {told.text}
      </Text>
      <div className={classes.line}>
        <Moment at={told.at} relative />
        {told.impersonation_id && (
          <VisitLink
            id={told.impersonation_id}
            mine={principal.kind === 'customer'}
            onGo={() => {
              onGo()
              if (readable) read.mutate()
            }}
          />
        )}
        {readable && (
          <TextButton size="xs" onClick={() => read.mutate()}>
            {t('bell.read')}
          </TextButton>
        )}
      </div>
    </li>
  )
}

function VisitLink({ id, mine, onGo }: { id: string; mine: boolean; onGo: () => void }) {
  const t = layoutTexts.useT()
  return (
    <Link
      to={mine ? '/me/access/$id' : '/impersonations/$id'}
      params={{ id }}
      className="ik-link"
      onClick={onGo}
    >
      {t('bell.visit')}
    </Link>
  )
}

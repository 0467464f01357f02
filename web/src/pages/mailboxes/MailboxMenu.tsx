import { Menu } from '@mantine/core'
import {
  IconDatabase,
  IconEyeCheck,
  IconLock,
  IconLockCheck,
  IconMailOpened,
  IconTrash,
} from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { queryClient } from '../../api/session'
import type { Mailbox } from '../../api/types'
import { confirm } from '../../ui/confirm'
import { RowMenu } from '../../ui/RowMenu'
import { complain, toast } from '../../ui/toast'
import { useAct, withChanges } from '../../visit/makeChanges'
import { useLock } from './lock'
import { useReads, useSetsPasswords, useUnlocks } from './owner'
import { PasswordDialog } from './PasswordDialog'
import { QuotaDialog } from './QuotaDialog'
import { mailboxTexts } from './texts'
import { UnlockDialog } from './UnlockDialog'

/** MailboxMenu is the ⋯ of a mailbox. Its password is there for the owner alone. */
export function MailboxMenu({ mailbox }: { mailbox: Mailbox }) {
  const t = mailboxTexts.useT()
  const act = useAct()
  const navigate = useNavigate()
  const may = useMay()
  const owner = useSetsPasswords(mailbox.account_id)
  const [dialog, setDialog] = useState<'password' | 'quota' | 'unlock' | null>(null)
  const reads = useReads()(mailbox)
  const unlocks = useUnlocks(mailbox.account_id)
  const lock = useLock()
  const { address } = mailbox
  const remove = useMutation({
    mutationFn: () =>
      withChanges(() => ok(api.DELETE('/mailboxes/{id}', { params: { path: { id: mailbox.id } } }))),
    onSuccess: async () => {
      toast(t('done.deleted', { address }))
      await queryClient.invalidateQueries({ queryKey: ['mailboxes'] })
    },
    onError: complain,
  })
  const ask = async () => {
    const question = {
      title: t('delete.title', { address }),
      text: t('delete.text'),
      act: t('delete.submit'),
    }
    if (await confirm(question)) remove.mutate()
  }
  const close = () => setDialog(null)
  const manages = may('mailbox:manage')
  if (!manages && !owner && !reads && !unlocks) return null
  return (
    <>
      <RowMenu name={address} width={unlocks ? 290 : 190}>
        {reads && (
          <Menu.Item
            leftSection={<IconMailOpened size={16} stroke={1.6} />}
            onClick={() => void navigate({ to: '/mailboxes/$id', params: { id: mailbox.id } })}
          >
            {t('act.read')}
          </Menu.Item>
        )}
        {unlocks && (
          <Menu.Item
            leftSection={<IconEyeCheck size={16} stroke={1.6} />}
            onClick={() => setDialog('unlock')}
          >
            {t('act.unlock')}
          </Menu.Item>
        )}
        {unlocks && mailbox.open_until && (
          <Menu.Item
            leftSection={<IconLockCheck size={16} stroke={1.6} />}
            onClick={() => lock.mutate(mailbox)}
          >
            {t('act.lock')}
          </Menu.Item>
        )}
        {owner && (
          <Menu.Item leftSection={<IconLock size={16} stroke={1.6} />} onClick={() => setDialog('password')}>
            {t('act.password')}
          </Menu.Item>
        )}
        {manages && (
          <>
            <Menu.Item
              leftSection={<IconDatabase size={16} stroke={1.6} />}
              onClick={() => act('mailbox:manage', () => setDialog('quota'))}
            >
              {t('act.quota')}
            </Menu.Item>
            <Menu.Item
              c="var(--ik-bad)"
              leftSection={<IconTrash size={16} stroke={1.6} />}
              onClick={() => act('mailbox:manage', () => void ask())}
            >
              {t('act.delete')}
            </Menu.Item>
          </>
        )}
      </RowMenu>
      {dialog === 'password' && <PasswordDialog mailbox={mailbox} onClose={close} />}
      {dialog === 'unlock' && <UnlockDialog mailbox={mailbox} onClose={close} />}
      {dialog === 'quota' && <QuotaDialog mailbox={mailbox} onClose={close} />}
    </>
  )
}

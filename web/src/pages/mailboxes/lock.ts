import { useMutation, useQuery } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import { complain, toast } from '../../ui/toast'
import { mailboxTexts } from './texts'

/** useOpenMailboxes asks which of the own mailboxes support may read; a visitor does not ask. */
export function useOpenMailboxes(enabled: boolean) {
  return useQuery({ queryKey: ['mailbox-unlocks'], queryFn: listUnlocks, enabled })
}

async function listUnlocks() {
  return (await ok(api.GET('/me/mailbox-unlocks'))).unlocks
}

/** openingsChanged has every page ask again which mailboxes are open. */
export async function openingsChanged(): Promise<void> {
  const keys = [['mailboxes'], ['mailbox'], ['mailbox-unlocks']]
  await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}

/** useLock closes a mailbox to support before its time; one that has closed by itself is closed. */
export function useLock() {
  const t = mailboxTexts.useT()
  return useMutation({
    mutationFn: async (mailbox: { id: string; address: string }) => {
      const grant = (await listUnlocks()).find(({ mailbox_id }) => mailbox_id === mailbox.id)
      if (grant) await ok(api.DELETE('/me/mailbox-unlocks/{id}', { params: { path: { id: grant.id } } }))
    },
    onSuccess: (_, { address }) => toast(t('done.locked', { address })),
    onError: complain,
    onSettled: openingsChanged,
  })
}

import { useMutation } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import type { Account } from '../../api/types'
import { toast } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { accountTexts } from './texts'

type Done = 'suspend' | 'unsuspend' | 'disable' | 'enable' | 'signOut' | 'transfer' | 'invite' | 'delete'

/** Change is one of the things that are done to an account from its menu. */
export type Change =
  | { act: 'suspend'; reason: string }
  | { act: 'disable'; reason?: string }
  | { act: 'transfer'; owner_id: string }
  | { act: 'unsuspend' | 'enable' | 'signOut' | 'invite' | 'delete' }

function request(account: Account, change: Change): Promise<unknown> {
  const params = { path: { id: account.id } }
  switch (change.act) {
    case 'suspend':
      return ok(api.POST('/accounts/{id}/suspend', { params, body: { reason: change.reason } }))
    case 'disable':
      return ok(api.POST('/accounts/{id}/disable', { params, body: { reason: change.reason } }))
    case 'transfer':
      return ok(api.POST('/accounts/{id}/transfer', { params, body: { owner_id: change.owner_id } }))
    case 'unsuspend':
      return ok(api.POST('/accounts/{id}/unsuspend', { params }))
    case 'enable':
      return ok(api.POST('/accounts/{id}/enable', { params }))
    case 'signOut':
      return ok(api.POST('/accounts/{id}/sign-out', { params }))
    case 'invite':
      return ok(api.POST('/accounts/{id}/invitation', { params }))
    case 'delete':
      return ok(api.DELETE('/accounts/{id}', { params }))
  }
}

/** useChange does one thing to an account and brings every list that shows it up to date. */
export function useChange(account: Account, onDone?: (change: Change) => void) {
  return useMutation({
    mutationFn: (change: Change) => withChanges(() => request(account, change)),
    onSuccess: async (_, change) => {
      const said: Done = change.act
      toast(accountTexts.t()(`done.${said}`, { name: account.name, email: account.email }))
      onDone?.(change)
      await refreshAccounts(account.id)
    },
  })
}

export async function refreshAccounts(id?: string): Promise<void> {
  const keys = [
    ['accounts'],
    ['dashboard'],
    ['activity'],
    ['impersonations'],
    ...(id ? [['account', id]] : []),
  ]
  await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}

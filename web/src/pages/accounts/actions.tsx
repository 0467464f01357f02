import { lazy, Suspense, useState } from 'react'
import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'
import type { Account } from '../../api/types'
import { base } from '../../boot'
import { confirm } from '../../ui/confirm'
import { complain } from '../../ui/toast'
import { stop } from '../../visit/calls'
import { useAct } from '../../visit/makeChanges'
import type { Why } from '../../visit/start'
import { useChange } from './changes'
import { accountTexts } from './texts'

const SignInAs = lazy(() => import('../../visit/SignInAs'))
const Announce = lazy(() => import('../../visit/Announce'))
const ReasonDialog = lazy(() => import('./ReasonDialog'))
const TransferDialog = lazy(() => import('./TransferDialog'))

type Dialog = 'signIn' | 'announce' | 'suspend' | 'disable' | 'transfer' | null

export interface AccountAction {
  key: string
  label: string
  run: () => void
  whyNot?: string | null
  risky?: boolean
}

interface Options {
  account: Account
  onDeleted?: () => void
}

/** useAccountActions gives what this person may do with an account, and the dialog that is open for it. */
export function useAccountActions({ account, onDeleted }: Options) {
  const t = accountTexts.useT()
  const [dialog, setDialog] = useState<Dialog>(null)
  const change = useChange(account, ({ act }) => act === 'delete' && onDeleted?.())
  const act = useAct()
  const close = () => setDialog(null)
  const run = (what: 'unsuspend' | 'enable' | 'signOut' | 'invite' | 'delete') =>
    change.mutate({ act: what }, { onError: complain })

  const remove = async () => {
    const question = {
      title: t('delete.title', { name: account.name }),
      text: t('delete.text'),
      act: t('delete.act'),
      typeName: account.name,
    }
    if (await confirm(question)) run('delete')
  }

  const signOut = async () => {
    const question = {
      title: t('signOut.title', { name: account.name }),
      text: t('signOut.text'),
      act: t('signOut.act'),
    }
    if (await confirm(question)) run('signOut')
  }

  const actions: AccountAction[] = []
  const { status } = account
  // In a visit that only looks the buttons stand as the reseller has them; using one offers Make changes.
  const can = account.can_in_change_mode ?? account.can
  if (can.suspend) {
    actions.push(
      status === 'suspended'
        ? {
            key: 'unsuspend',
            label: t('act.unsuspend'),
            run: () => act('account:suspend', () => run('unsuspend')),
          }
        : {
            key: 'suspend',
            label: t('act.suspend'),
            run: () => act('account:suspend', () => setDialog('suspend')),
          },
    )
  }
  if (can.disable) {
    actions.push(
      status === 'disabled'
        ? { key: 'enable', label: t('act.enable'), run: () => act('account:disable', () => run('enable')) }
        : {
            key: 'disable',
            label: t('act.disable'),
            run: () => act('account:disable', () => setDialog('disable')),
          },
    )
  }
  if (can.disable && status !== 'disabled') {
    actions.push({
      key: 'signOut',
      label: t('act.signOut'),
      run: () => act('account:disable', () => void signOut()),
    })
  }
  if (can.invite) {
    actions.push({
      key: 'invite',
      label: t('act.invite'),
      run: () => act('account:invite', () => run('invite')),
    })
  }
  if (can.transfer)
    actions.push({
      key: 'transfer',
      label: t('act.transfer'),
      run: () => act('account:transfer', () => setDialog('transfer')),
    })
  if (can.delete) {
    actions.push({
      key: 'delete',
      label: t('act.delete'),
      risky: true,
      run: () => act('account:delete', () => void remove()),
    })
  }
  const announce: AccountAction | null = can.impersonate
    ? { key: 'announce', label: t('act.announce'), run: () => setDialog('announce') }
    : null
  return {
    signIn: useSignIn(account, () => setDialog('signIn')),
    announce,
    /** For an address that asks for the dialog: a help desk's link leads here. */
    openSignIn: () => {
      if (can.impersonate) setDialog('signIn')
    },
    actions,
    dialogs: (prefill?: Partial<Why>) => (
      <Suspense>
        {dialog === 'signIn' && <SignInAs account={account} prefill={prefill} onClose={close} />}
        {dialog === 'announce' && <Announce account={account} onClose={close} />}
        {(dialog === 'suspend' || dialog === 'disable') && (
          <ReasonDialog account={account} act={dialog} onClose={close} />
        )}
        {dialog === 'transfer' && <TransferDialog account={account} onClose={close} />}
      </Suspense>
    ),
  }
}

/**
 * useSignIn gives the action that starts a visit, or null where nobody would expect it. Inside a visit it
 * leaves first: a visit within a visit does not exist.
 */
function useSignIn(account: Account, open: () => void): AccountAction | null {
  const t = accountTexts.useT()
  const { impersonation } = useSession()
  const may = useMay()
  if (impersonation) {
    if (impersonation.subject.id === account.id || account.kind !== 'customer') return null
    const leave = () =>
      stop(base)
        .then(() => window.location.assign(`/accounts/${account.id}/details?sign_in=1`))
        .catch(complain)
    return { key: 'signIn', label: t('act.leaveAndSignIn'), run: () => void leave() }
  }
  if (!may('account:impersonate')) return null
  const { impersonate, impersonate_why_not: whyNot } = account.can
  const label = account.kind === 'reseller' ? t('act.signInReseller') : t('act.signInUser')
  return { key: 'signIn', label, run: open, whyNot: impersonate ? null : whyNot }
}

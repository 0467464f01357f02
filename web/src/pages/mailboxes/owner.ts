import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'
import type { Mailbox } from '../../api/types'

/**
 * useSetsPasswords says whether the person is the owner of the account, at home: nobody else ever chooses
 * a password that opens mail. The server holds to it; the panel only does not offer what it refuses.
 */
export function useSetsPasswords(accountId: string | undefined): boolean {
  const { impersonation, principal } = useSession()
  const may = useMay()
  const own = accountId === undefined || accountId === principal.account_id
  return !impersonation && own && may('mailbox:set-password')
}

/**
 * useReads returns a function that says whether the person may read what is in a mailbox: its owner at home,
 * and in a visit whoever it is open to. What is closed is not even asked for, because asking is recorded.
 */
export function useReads(): (mailbox: Mailbox) => boolean {
  const { impersonation, account } = useSession()
  const may = useMay()
  return (mailbox) =>
    mailbox.account_id === account.id && (impersonation ? mailbox.open_until !== null : may('mailbox:read'))
}

/** useUnlocks says whether the person may open a mailbox to support: its owner, at home. */
export function useUnlocks(accountId: string): boolean {
  const { impersonation, account } = useSession()
  const may = useMay()
  return !impersonation && account.id === accountId && may('mailbox:unlock')
}

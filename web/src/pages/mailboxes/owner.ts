import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'

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

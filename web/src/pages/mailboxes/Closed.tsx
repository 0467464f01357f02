import { IconLock } from '@tabler/icons-react'
import { useSession } from '../../api/session'
import { Card } from '../../ui/Card'
import { Empty } from '../../ui/states'
import { mailboxTexts } from './texts'

/** Closed says why nothing is to be read here. */
export function Closed() {
  const t = mailboxTexts.useT()
  const acting = useSession().impersonation !== null
  return (
    <Card flush>
      <Empty
        icon={<IconLock size={32} stroke={1.5} aria-hidden="true" />}
        title={t(acting ? 'open.closed' : 'open.others')}
        text={t(acting ? 'open.closedText' : 'open.othersText')}
      />
    </Card>
  )
}

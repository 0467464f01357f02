import type { Account } from '../../api/types'
import { common } from '../../i18n/common'
import { Status, type Tone } from '../../ui/Status'

const tones: Record<Account['status'], Tone> = {
  active: 'good',
  suspended: 'warn',
  disabled: 'quiet',
  deleted: 'bad',
}

export function AccountStatus({ status }: { status: Account['status'] }) {
  const t = common.useT()
  return (
    <Status tone={tones[status]} hollow={status === 'disabled' || status === 'deleted'}>
      {t(`status.${status}`)}
    </Status>
  )
}

import { Stack } from '@mantine/core'
import type { Account } from '../../api/types'
import { common } from '../../i18n/common'
import { bytes, dateOnly, number } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { Facts } from '../../ui/Facts'
import { Meter } from '../../ui/Meter'
import { Moment } from '../../ui/Moment'
import { useAccount } from './Account'
import classes from './Details.module.css'
import { DetailsForm } from './DetailsForm'
import { accountTexts } from './texts'

/** Details are what is known about an account, and its form. */
export function Details() {
  const t = accountTexts.useT()
  const { account, etag } = useAccount()
  const hosts = account.kind === 'customer' || account.kind === 'reseller'
  return (
    <div className={classes.two}>
      <DetailsForm account={account} etag={etag} />
      <Stack gap="md">
        <Card title={t('page.facts')}>
          <AtAGlance account={account} />
        </Card>
        {hosts && (
          <Card title={t('page.usage')}>
            <Usage account={account} />
          </Card>
        )}
      </Stack>
    </div>
  )
}

function AtAGlance({ account }: { account: Account }) {
  const t = accountTexts.useT()
  const c = common.useT()
  return (
    <Facts
      facts={[
        [t('page.plan'), account.plan?.name],
        [t('page.owner'), account.owner?.name],
        [t('page.domain'), account.primary_domain],
        [t('page.username'), account.username],
        [t('page.since'), dateOnly(account.created_at)],
        [t('page.updated'), <Moment key="updated" at={account.updated_at} relative />],
        [t('page.expires'), account.expires_at && dateOnly(account.expires_at)],
        [t('page.suspendedSince'), account.suspended_at && dateOnly(account.suspended_at)],
        [t('page.suspendedReason'), account.suspended_reason],
        [t('page.disabledSince'), account.disabled_at && dateOnly(account.disabled_at)],
        [t('page.id'), <code key="id">{account.id || c('none')}</code>],
      ]}
    />
  )
}

function Usage({ account }: { account: Account }) {
  const t = accountTexts.useT()
  const { usage, limits } = account
  return (
    <Stack gap="md">
      <Meter label={t('page.tabs.domains')} used={usage.domains} limit={limits.domains} write={number} />
      <Meter label={t('page.mailboxes')} used={usage.mailboxes} limit={limits.mailboxes} write={number} />
      <Meter label={t('page.disk')} used={usage.disk_bytes} limit={limits.disk_bytes} write={bytes} />
    </Stack>
  )
}

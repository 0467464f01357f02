import { Stack } from '@mantine/core'
import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'
import { Card } from '../../ui/Card'
import { Facts } from '../../ui/Facts'
import { PageHeader } from '../../ui/PageHeader'
import { roleName } from '../../visit/names'
import { NameForm } from './NameForm'
import { PasswordForm } from './PasswordForm'
import { meTexts } from './texts'

/** Profile is the person's own name and password. In a visit the password stays closed. */
export function Profile() {
  const t = meTexts.useT()
  const may = useMay()
  const { principal, account, impersonation } = useSession()
  const renames = may('account:view') && may('account:update')
  return (
    <>
      <PageHeader title={t('profile.title')} lead={t('profile.lead')} />
      <Stack gap="md" maw={640}>
        <Card>
          <Facts
            facts={[
              [t('profile.name'), principal.name],
              [t('profile.role'), roleName(impersonation ? principal.kind : principal.role)],
              [t('profile.account'), account.name !== principal.name && account.name],
            ]}
          />
        </Card>
        {renames && (
          <Card title={t('profile.details')}>
            <NameForm />
          </Card>
        )}
        <Card title={t('password.title')} note={impersonation ? t('password.closed') : t('password.note')}>
          {!impersonation && may('password:change') && <PasswordForm />}
        </Card>
      </Stack>
    </>
  )
}

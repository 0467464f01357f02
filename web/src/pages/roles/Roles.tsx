import { Button, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useMay } from '../../api/permission'
import type { Role } from '../../api/types'
import { Fetched } from '../../ui/Fetched'
import { PageHeader } from '../../ui/PageHeader'
import { RoleTable } from './RoleTable'
import { rolesQuery } from './roles'
import { Staff } from './Staff'
import { rolesTexts } from './texts'

const EditRole = lazy(() => import('./EditRole'))

/** Roles shows what each role may do and who of the staff has which. */
export function Roles() {
  const t = rolesTexts.useT()
  const may = useMay()
  const query = useQuery(rolesQuery)
  const [editing, setEditing] = useState<Role | 'new' | null>(null)
  const data = query.data
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          may('role:manage') && (
            <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={() => setEditing('new')}>
              {t('make')}
            </Button>
          )
        }
      />
      <Stack gap="xl">
        <Fetched query={query} height={420}>
          {({ roles }) => (
            <>
              <RoleTable roles={roles} onEdit={setEditing} />
              <Staff roles={roles} />
            </>
          )}
        </Fetched>
      </Stack>
      <Suspense>
        {editing && data && (
          <EditRole
            role={editing === 'new' ? null : editing}
            grantable={data.grantable}
            mayGrant={data.may_grant_impersonate}
            onClose={() => setEditing(null)}
          />
        )}
      </Suspense>
    </>
  )
}

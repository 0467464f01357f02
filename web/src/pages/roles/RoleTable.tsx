import { Group, ScrollArea, Table, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { api } from '../../api/client'
import { useMay } from '../../api/permission'
import { queryClient } from '../../api/session'
import type { Role } from '../../api/types'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { TextButton } from '../../ui/TextButton'
import { complain, toast } from '../../ui/toast'
import { everyPermission, rolesQuery, wordsOf } from './roles'
import { rolesTexts } from './texts'

interface Props {
  roles: Role[]
  onEdit: (role: Role) => void
}

/** RoleTable has a row for each permission and a column for each role; built-in ones stand there to be read. */
export function RoleTable({ roles, onEdit }: Props) {
  const t = rolesTexts.useT()
  const grantable = useQuery(rolesQuery).data?.grantable ?? []
  return (
    <Card flush>
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, 'aria-label': t('table') }}>
        <Table aria-label={t('table')} verticalSpacing={6} horizontalSpacing="sm" stickyHeader={false}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" style={{ minWidth: 210 }}>
                {t('what')}
              </Table.Th>
              {roles.map((role) => (
                <Table.Th scope="col" key={role.name} style={{ textAlign: 'center', minWidth: 140 }}>
                  <span className="ik-said">{role.title}</span>
                  {role.built_in ? (
                    <Text size="xs" c="dimmed" fw={400}>
                      {t('builtIn')}
                    </Text>
                  ) : (
                    <Acts role={role} onEdit={() => onEdit(role)} />
                  )}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <Table.Tr>
              <Table.Th scope="row">{t('enters')}</Table.Th>
              {roles.map((role) => (
                <Table.Td key={role.name} ta="center">
                  <Text size="sm" fw={role.impersonate === 'none' ? 400 : 600}>
                    {t(`way.${role.impersonate}`)}
                  </Text>
                </Table.Td>
              ))}
            </Table.Tr>
            {everyPermission(roles, grantable).map((permission) => (
              <Table.Tr key={permission}>
                <Table.Th scope="row" fw={400} title={permission}>
                  {wordsOf(permission)}
                </Table.Th>
                {roles.map((role) => (
                  <Table.Td key={role.name} ta="center">
                    <Has yes={role.permissions.includes(permission)} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Card>
  )
}

function Has({ yes }: { yes: boolean }) {
  const t = rolesTexts.useT()
  return yes ? (
    <IconCheck size={17} stroke={2} role="img" aria-label={t('yes')} />
  ) : (
    <Text component="span" c="dimmed" role="img" aria-label={t('no')}>
      ·
    </Text>
  )
}

function Acts({ role, onEdit }: { role: Role; onEdit: () => void }) {
  const t = rolesTexts.useT()
  const may = useMay()
  const { name, title } = role
  const remove = useMutation({
    mutationFn: () => api.DELETE('/roles/{name}', { params: { path: { name } } }),
    onSuccess: async () => {
      toast(t('removed', { title }))
      await queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey })
    },
    onError: complain,
  })
  if (!may('role:manage')) return null
  const ask = async () => {
    if (await confirm({ title: t('removeTitle', { title }), text: t('removeText'), act: t('remove') }))
      remove.mutate()
  }
  return (
    <Group gap="xs" justify="center" wrap="nowrap">
      <TextButton size="xs" onClick={onEdit} aria-label={`${t('change')}: ${title}`}>
        {t('change')}
      </TextButton>
      <TextButton size="xs" onClick={() => void ask()} aria-label={`${t('remove')}: ${title}`}>
        {t('remove')}
      </TextButton>
    </Group>
  )
}

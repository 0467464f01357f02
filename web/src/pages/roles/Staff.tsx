import { Select, Text, Title } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { queryClient, useSession } from '../../api/session'
import type { Role, StaffMember } from '../../api/types'
import { confirm } from '../../ui/confirm'
import { Listing } from '../../ui/Listing'
import { Empty } from '../../ui/states'
import { complain, toast } from '../../ui/toast'
import { rolesTexts } from './texts'

const staffQuery = {
  queryKey: ['staff'],
  queryFn: () => ok(api.GET('/staff', { params: { query: { page_size: 200 } } })),
}

/** Staff lists the provider's people, each with the role he has and, for those who may, the way to another one. */
export function Staff({ roles }: { roles: Role[] }) {
  const t = rolesTexts.useT()
  const query = useQuery(staffQuery)
  const forStaff = roles.filter(({ kind }) => kind === 'support')
  return (
    <section>
      <Title order={2} mb={4}>
        {t('staff')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('staffNote')}
      </Text>
      <Listing<StaffMember>
        label={t('staff')}
        query={query}
        rows={query.data?.staff}
        idOf={(person) => person.person_id}
        columns={[
          {
            key: 'person',
            title: t('person'),
            render: (person) => <span className="ik-said">{person.name}</span>,
          },
          {
            key: 'email',
            title: t('email'),
            from: 'md',
            render: (person) => <span className="ik-said">{person.email}</span>,
          },
          {
            key: 'role',
            title: t('role'),
            width: 240,
            render: (person) => <Has person={person} roles={forStaff} />,
          },
        ]}
        card={(person) => (
          <>
            <Text size="sm" fw={600} className="ik-said">
              {person.name}
            </Text>
            <Text size="xs" c="dimmed" className="ik-said">
              {person.email}
            </Text>
            <Has person={person} roles={forStaff} />
          </>
        )}
        empty={
          <Empty
            icon={<IconUsers size={32} stroke={1.5} aria-hidden="true" />}
            title={t('staffNone')}
            text={t('staffNoneText')}
          />
        }
      />
    </section>
  )
}

function Has({ person, roles }: { person: StaffMember; roles: Role[] }) {
  const t = rolesTexts.useT()
  const may = useMay()
  const himself = useSession().principal.person_id === person.person_id
  const titleOf = (name: string) => roles.find((role) => role.name === name)?.title ?? name
  const give = useMutation({
    mutationFn: (role: string) =>
      api.PATCH('/staff/{person_id}', { params: { path: { person_id: person.person_id } }, body: { role } }),
    onSuccess: async (_, role) => {
      toast(t('given', { name: person.name, role: titleOf(role) }))
      await Promise.all(
        ['staff', 'impersonations'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
      )
    },
    onError: complain,
  })
  if (!may('role:assign') || himself) return <span className="ik-said">{titleOf(person.role)}</span>
  const choose = async (role: string | null) => {
    if (!role || role === person.role) return
    const text = t('giveText', { before: titleOf(person.role), after: titleOf(role) })
    if (await confirm({ title: t('giveTitle', { name: person.name }), text, act: t('give') }))
      give.mutate(role)
  }
  return (
    <Select
      aria-label={t('roleOf', { name: person.name })}
      data={roles.map(({ name, title }) => ({ value: name, label: title }))}
      value={person.role}
      onChange={(role) => void choose(role)}
      allowDeselect={false}
      disabled={give.isPending}
      size="xs"
      comboboxProps={{ shadow: 'md' }}
    />
  )
}

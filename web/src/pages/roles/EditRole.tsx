import { Checkbox, Modal, Radio, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api } from '../../api/client'
import { queryClient } from '../../api/session'
import type { Role } from '../../api/types'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { toast } from '../../ui/toast'
import { reads, rolesQuery, wordsOf } from './roles'
import { rolesTexts } from './texts'

interface Props {
  role: Role | null
  grantable: string[]
  /** Whether this person may give the right to sign in as a user. */
  mayGrant: boolean
  onClose: () => void
}

type Draft = Pick<Role, 'name' | 'title' | 'family' | 'impersonate' | 'permissions'>

const ways = ['none', 'look', 'change'] as const
const empty: Draft = {
  name: '',
  title: '',
  family: 'administrative',
  impersonate: 'none',
  permissions: ['account:view'],
}

/** EditRole makes a role, or changes one. */
export default function EditRole({ role, grantable, mayGrant, onClose }: Props) {
  const t = rolesTexts.useT()
  const c = common.useT()
  const [draft, setDraft] = useState<Draft>(role ?? empty)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const { name, title, family, impersonate, permissions } = draft
      await (role
        ? api.PATCH('/roles/{name}', {
            params: { path: { name } },
            body: { title, impersonate, permissions },
          })
        : api.POST('/roles', { body: { name, title, family, impersonate, permissions } }))
      toast(t('edit.saved', { title }))
      await queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey })
      onClose()
    } catch (thrown) {
      setError(thrown)
      setBusy(false)
    }
  }
  const { fields, rest } = error
    ? fieldErrors(error, ['name', 'title', 'impersonate', 'permissions'])
    : { fields: {} as Record<string, string>, rest: null }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={role ? t('edit.title', { title: role.title }) : t('edit.newTitle')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form onSubmit={(event) => void save(event)} noValidate>
        <Stack>
          <TextInput
            label={t('edit.label')}
            description={t('edit.labelHint')}
            value={draft.title}
            onChange={(event) => set({ title: event.currentTarget.value })}
            error={fields.title}
            data-autofocus
          />
          {!role && (
            <TextInput
              label={t('edit.name')}
              description={t('edit.nameHint')}
              value={draft.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
              error={fields.name}
            />
          )}
          {!role && <For draft={draft} set={set} />}
          <Enters draft={draft} set={set} mayGrant={mayGrant} error={fields.impersonate} />
          <Checkbox.Group
            label={t('edit.permissions')}
            value={draft.permissions}
            onChange={(permissions) => set({ permissions })}
            error={fields.permissions}
          >
            <Stack gap={8} mt={6}>
              {grantable.map((each) => (
                <Checkbox
                  key={each}
                  value={each}
                  label={wordsOf(each)}
                  disabled={draft.family === 'reporting' && !reads(each)}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <FormFoot
            problem={rest}
            submit={role ? t('edit.save') : t('edit.create')}
            busy={busy}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  )
}

interface PartProps {
  draft: Draft
  set: (part: Partial<Draft>) => void
}

function For({ draft, set }: PartProps) {
  const t = rolesTexts.useT()
  const choose = (family: string) =>
    set(
      family === 'reporting'
        ? { family, impersonate: 'none', permissions: draft.permissions.filter(reads) }
        : { family: 'administrative' },
    )
  return (
    <Radio.Group label={t('edit.family')} value={draft.family} onChange={choose}>
      <Stack gap={8} mt={6}>
        <Radio value="administrative" label={t('edit.administrative')} />
        <Radio value="reporting" label={t('edit.reporting')} />
      </Stack>
    </Radio.Group>
  )
}

function Enters({ draft, set, mayGrant, error }: PartProps & { mayGrant: boolean; error?: string }) {
  const t = rolesTexts.useT()
  const never = draft.family === 'reporting'
  const why = never ? t('edit.entersNever') : !mayGrant ? t('edit.entersNotYours') : undefined
  return (
    <Radio.Group
      label={t('edit.enters')}
      description={why}
      value={draft.impersonate}
      onChange={(way) => set({ impersonate: way as Draft['impersonate'] })}
      error={error}
    >
      <Stack gap={8} mt={6}>
        {ways.map((way) => (
          <Radio
            key={way}
            value={way}
            label={t(`way.${way}`)}
            disabled={way !== 'none' && (never || !mayGrant)}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}

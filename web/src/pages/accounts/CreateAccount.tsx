import { Collapse, Group, Modal, Radio, Stack, Textarea, TextInput, UnstyledButton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { useSession } from '../../api/session'
import type { AccountKind } from '../../api/types'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { toast } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { refreshAccounts } from './changes'
import { OwnerSelect } from './OwnerSelect'
import { PlanSelect } from './PlanSelect'
import { accountTexts } from './texts'

const empty = {
  kind: 'customer',
  name: '',
  email: '',
  username: '',
  plan_id: '',
  owner_id: '',
  phone: '',
  company: '',
  address: '',
}
type Values = typeof empty
const known = Object.keys(empty)

/** CreateAccount makes an account and invites its owner. */
export default function CreateAccount({ onClose }: { onClose: () => void }) {
  const t = accountTexts.useT()
  const c = common.useT()
  const navigate = useNavigate()
  const reseller = useSession().principal.kind === 'reseller'
  const form = useForm<Values>({
    initialValues: empty,
    validate: {
      name: (value) => (value.trim() ? null : c('form.required')),
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : c('form.email')),
    },
  })
  const create = useMutation({
    mutationFn: (values: Values) => withChanges(() => ok(api.POST('/accounts', { body: bodyOf(values) }))),
    onSuccess: async (account) => {
      toast(t('done.created', { name: account.name, email: account.email }))
      onClose()
      await refreshAccounts()
      await navigate({ to: '/accounts/$id/details', params: { id: account.id } })
    },
    onError: (error) => form.setErrors(fieldErrors(error, known).fields),
  })
  const rest = create.error ? fieldErrors(create.error, known).rest : null
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('form.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack>
          {!reseller && <Kinds {...form.getInputProps('kind')} />}
          <Group grow align="flex-start">
            <TextInput
              label={t('form.name')}
              autoComplete="off"
              data-autofocus
              {...form.getInputProps('name')}
            />
            <TextInput
              label={t('form.email')}
              description={t('form.emailHint')}
              type="email"
              autoComplete="off"
              {...form.getInputProps('email')}
            />
          </Group>
          <Group grow align="flex-start">
            <TextInput
              label={t('form.username')}
              description={t('form.usernameHint')}
              autoComplete="off"
              {...form.getInputProps('username')}
            />
            {takesPlan(form.values.kind) && <PlanSelect {...form.getInputProps('plan_id')} />}
          </Group>
          {!reseller && form.values.kind === 'customer' && (
            <OwnerSelect
              label={t('form.owner')}
              placeholder={t('form.nobody')}
              value={form.values.owner_id || null}
              onChange={(id) => form.setFieldValue('owner_id', id ?? '')}
              error={form.errors.owner_id as string | undefined}
            />
          )}
          <More form={form} />
          <FormFoot problem={rest} submit={t('form.submit')} busy={create.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}

function takesPlan(kind: string): boolean {
  return kind === 'customer' || kind === 'reseller'
}

/** bodyOf leaves out what was left empty: the server's own choice is better than an empty word. */
function bodyOf(values: Values) {
  const said = Object.fromEntries(
    Object.entries(values)
      .map(([key, value]) => [key, value.trim()] as const)
      .filter(([key, value]) => value !== '' && (key !== 'plan_id' || takesPlan(values.kind))),
  )
  return { ...said, kind: values.kind as AccountKind, name: values.name.trim(), email: values.email.trim() }
}

function Kinds(props: { value?: string; onChange?: (value: string) => void }) {
  const t = accountTexts.useT()
  const c = common.useT()
  const kinds = ['customer', 'reseller', 'support', 'admin'] as const
  return (
    <Radio.Group label={t('form.kind')} {...props}>
      <Group mt={6} gap="lg" align="flex-start">
        {kinds.map((kind) => (
          <Radio key={kind} value={kind} label={c(`kind.${kind}`)} description={t(`form.kindText.${kind}`)} />
        ))}
      </Group>
    </Radio.Group>
  )
}

function More({ form }: { form: { getInputProps: (name: keyof Values) => object } }) {
  const t = accountTexts.useT()
  const [open, setOpen] = useState(false)
  return (
    <div>
      <UnstyledButton
        onClick={() => setOpen(!open)}
        aria-expanded={open}
        fz="sm"
        c="var(--mantine-color-anchor)"
      >
        {open ? '▾' : '▸'} {t('form.more')}
      </UnstyledButton>
      <Collapse expanded={open}>
        <Stack mt="sm">
          <Group grow>
            <TextInput label={t('form.phone')} {...form.getInputProps('phone')} />
            <TextInput label={t('form.company')} {...form.getInputProps('company')} />
          </Group>
          <Textarea label={t('form.address')} autosize minRows={2} {...form.getInputProps('address')} />
        </Stack>
      </Collapse>
    </div>
  )
}

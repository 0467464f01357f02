import { Alert, Button, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import clsx from 'clsx'
import { useEffect } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { isProblem } from '../../api/problem'
import { accountQuery } from '../../api/queries'
import { queryClient } from '../../api/session'
import type { Account } from '../../api/types'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { Card } from '../../ui/Card'
import { toast } from '../../ui/toast'
import { useUnsavedGuard } from '../../ui/unsaved'
import { useAct, withChanges } from '../../visit/makeChanges'
import { refreshAccounts } from './changes'
import classes from './Details.module.css'
import { changed, type Values, valuesOf } from './details'
import { PlanSelect } from './PlanSelect'
import { accountTexts } from './texts'

/** DetailsForm changes an account, with an explicit Save: nothing is written while it is typed. */
export function DetailsForm({ account, etag }: { account: Account; etag: string }) {
  const t = accountTexts.useT()
  const c = common.useT()
  const may = useMay()
  const act = useAct()
  const form = useForm<Values>({
    initialValues: valuesOf(account),
    validate: {
      name: (value) => (value.trim() ? null : c('form.required')),
      expires_at: (value) => (account.expires_at && !value ? t('form.expiresStays') : null),
    },
  })
  useCurrentValues(form, account)
  useUnsavedGuard(form.isDirty())
  const save = useSave(account, etag, form)
  const conflict =
    isProblem(save.error, 'precondition-failed') || (save.error as { status?: number } | null)?.status === 412
  const rest = save.error && !conflict ? fieldErrors(save.error, Object.keys(form.values)).rest : null
  const editable = (account.can_in_change_mode ?? account.can).update
  const takesPlan = account.kind === 'customer' || account.kind === 'reseller'
  const takeOver = async () => {
    const fresh = await queryClient.fetchQuery({ ...accountQuery(account.id), staleTime: 0 })
    form.setInitialValues(valuesOf(fresh.account))
    form.setValues(valuesOf(fresh.account))
    save.reset()
  }
  return (
    <Card title={t('page.edit')} note={editable ? undefined : t('page.readOnly')}>
      <form noValidate onSubmit={form.onSubmit((values) => act('account:update', () => save.mutate(values)))}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('form.name')} readOnly={!editable} {...form.getInputProps('name')} />
            <TextInput
              label={t('form.email')}
              type="email"
              readOnly={!editable}
              {...form.getInputProps('email')}
            />
            <TextInput label={t('form.company')} readOnly={!editable} {...form.getInputProps('company')} />
            <TextInput label={t('form.phone')} readOnly={!editable} {...form.getInputProps('phone')} />
          </SimpleGrid>
          <Textarea
            label={t('form.address')}
            autosize
            minRows={2}
            readOnly={!editable}
            {...form.getInputProps('address')}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {takesPlan && (
              <PlanSelect
                disabled={!editable || !may('account:set-plan')}
                {...form.getInputProps('plan_id')}
              />
            )}
            <TextInput
              label={t('form.expires')}
              description={t('form.expiresHint')}
              type="date"
              readOnly={!editable}
              {...form.getInputProps('expires_at')}
            />
          </SimpleGrid>
          {conflict && <Conflict takeOver={() => void takeOver()} />}
          {rest && (
            <Alert color="clay" role="alert">
              {rest}
            </Alert>
          )}
        </Stack>
        {editable && <SaveBar dirty={form.isDirty()} busy={save.isPending} discard={form.reset} />}
      </form>
    </Card>
  )
}

type Form = Pick<
  UseFormReturnType<Values>,
  'isDirty' | 'resetDirty' | 'setErrors' | 'setInitialValues' | 'setValues' | 'values'
>

/** While nothing was typed the form follows the account; what was typed is never overwritten. */
function useCurrentValues(form: Form, account: Account): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new account counts, not a new form
  useEffect(() => {
    if (form.isDirty()) return
    form.setInitialValues(valuesOf(account))
    form.setValues(valuesOf(account))
  }, [account])
}

function useSave(account: Account, etag: string, form: Form) {
  const t = accountTexts.useT()
  return useMutation({
    mutationFn: (values: Values) =>
      withChanges(async () => {
        const body = changed(account, values)
        const headers = { 'If-Match': etag }
        const params = { path: { id: account.id }, header: headers }
        return ok(api.PATCH('/accounts/{id}', { params, body }))
      }),
    onSuccess: async () => {
      form.resetDirty()
      toast(t('done.saved'))
      await refreshAccounts(account.id)
    },
    onError: (error) => form.setErrors(fieldErrors(error, Object.keys(form.values)).fields),
  })
}

function Conflict({ takeOver }: { takeOver: () => void }) {
  const t = accountTexts.useT()
  return (
    <Alert color="brass" role="alert" title={t('page.conflictTitle')}>
      <Text size="sm" mb="xs">
        {t('page.conflictText')}
      </Text>
      <Button size="xs" variant="default" onClick={takeOver}>
        {t('page.takeOver')}
      </Button>
    </Alert>
  )
}

function SaveBar({ dirty, busy, discard }: { dirty: boolean; busy: boolean; discard: () => void }) {
  const c = common.useT()
  return (
    <div className={clsx(classes.saveBar, dirty && classes.dirty)}>
      <Text size="sm" c="dimmed" role="status">
        {dirty ? c('form.unsaved') : ''}
      </Text>
      {dirty && (
        <Button variant="default" onClick={discard}>
          {c('act.discard')}
        </Button>
      )}
      <Button type="submit" loading={busy} disabled={!dirty}>
        {c('act.save')}
      </Button>
    </div>
  )
}

import { Alert, Button, Group, Skeleton, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, ok } from '../../api/client'
import { accountQuery } from '../../api/queries'
import { queryClient, sessionQuery, useSession } from '../../api/session'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { Failure } from '../../ui/states'
import { toast } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { meTexts } from './texts'

/** NameForm changes the name of the account one is in. */
export function NameForm() {
  const t = meTexts.useT()
  const c = common.useT()
  const { principal } = useSession()
  const query = useQuery(accountQuery(principal.account_id))
  const current = query.data?.account.name
  const [name, setName] = useState('')
  useEffect(() => {
    if (current !== undefined) setName(current)
  }, [current])
  const save = useMutation({
    mutationFn: () =>
      withChanges(() => {
        const params = { path: { id: principal.account_id }, header: { 'If-Match': query.data?.etag ?? '' } }
        return ok(api.PATCH('/accounts/{id}', { params, body: { name: name.trim() } }))
      }),
    onSuccess: async () => {
      toast(t('profile.saved'))
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['account'] }),
        queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ])
    },
  })
  if (query.isPending) return <Skeleton height={60} />
  if (query.error && !query.data) return <Failure error={query.error} retry={() => query.refetch()} />
  const said = save.error ? fieldErrors(save.error, ['name']) : null
  const dirty = name.trim() !== current
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() && dirty) save.mutate()
      }}
    >
      <Stack>
        <TextInput
          label={t('profile.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name.trim() ? said?.fields.name : c('form.required')}
          autoComplete="name"
        />
        {said?.rest && (
          <Alert color="clay" role="alert">
            {said.rest}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!dirty || !name.trim()}>
            {c('act.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

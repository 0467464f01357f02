import { Modal, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { toast } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { cleanDomain, looksLikeDomain } from './names'
import { domainTexts } from './texts'

export function CreateDomain({ accountId, onClose }: { accountId?: string; onClose: () => void }) {
  const t = domainTexts.useT()
  const c = common.useT()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [bad, setBad] = useState(false)
  const create = useMutation({
    mutationFn: () =>
      withChanges(() =>
        ok(api.POST('/domains', { body: { name: cleanDomain(name), account_id: accountId } })),
      ),
    onSuccess: async (domain) => {
      toast(t('done.created', { name: domain.name }))
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['domains'] })
      await navigate({ to: '/domains/$id', params: { id: domain.id } })
    },
  })
  const said = create.error ? fieldErrors(create.error, ['name']) : null
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('form.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const fine = looksLikeDomain(cleanDomain(name))
          setBad(!fine)
          if (fine) create.mutate()
        }}
      >
        <Stack>
          <TextInput
            label={t('form.name')}
            description={t('form.hint')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={bad ? t('form.bad') : said?.fields.name}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          <FormFoot
            problem={said?.rest}
            submit={t('form.submit')}
            busy={create.isPending}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  )
}

import { Alert, Button, Group, Modal, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { Empty } from '../../ui/states'
import { toast } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { passwordMin } from '../session/password'
import { looksLikeLocalPart, splitAddress } from './address'
import { useSetsPasswords } from './owner'
import { QuotaSelect } from './QuotaSelect'
import { mailboxTexts } from './texts'

interface Props {
  accountId?: string
  onClose: () => void
}

/** CreateMailbox makes an address. Whoever is not its owner leaves the password to the one who is. */
export function CreateMailbox({ accountId, onClose }: Props) {
  const t = mailboxTexts.useT()
  const c = common.useT()
  const domains = useQuery({
    queryKey: ['domains', accountId ?? 'own', 'names'],
    queryFn: () => ok(api.GET('/domains', { params: { query: { account_id: accountId, page_size: 100 } } })),
  })
  const names = domains.data?.domains.map((domain) => domain.name) ?? []
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('form.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      {domains.data && names.length === 0 ? (
        <Empty
          title={t('empty.noDomain')}
          action={
            !accountId && (
              <Button component={Link} to="/domains" onClick={onClose}>
                {t('empty.addDomain')}
              </Button>
            )
          }
        />
      ) : (
        <Form names={names} accountId={accountId} onClose={onClose} />
      )}
    </Modal>
  )
}

function Form({ names, accountId, onClose }: Props & { names: string[] }) {
  const t = mailboxTexts.useT()
  const owner = useSetsPasswords(accountId)
  const [local, setLocal] = useState('')
  // The names may arrive while somebody types already, so the first of them is no state.
  const [chosen, setDomain] = useState<string>()
  const domain = chosen ?? names[0] ?? ''
  const [password, setPassword] = useState('')
  const [quota, setQuota] = useState<number | null>(null)
  const [wrong, setWrong] = useState<'local' | 'password' | null>(null)
  const address = `${local.trim().toLowerCase()}@${domain}`
  const create = useMutation({
    mutationFn: () =>
      withChanges(() =>
        ok(
          api.POST('/mailboxes', {
            body: {
              address,
              ...(password ? { password } : {}),
              ...(quota ? { quota_bytes: quota } : {}),
              ...(accountId ? { account_id: accountId } : {}),
            },
          }),
        ),
      ),
    onSuccess: async (mailbox) => {
      toast(
        t(mailbox.status === 'active' ? 'done.created' : 'done.createdWaiting', { address: mailbox.address }),
      )
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['mailboxes'] })
    },
  })
  const said = create.error ? fieldErrors(create.error, ['address', 'password', 'quota_bytes']) : null
  const submit = () => {
    if (!looksLikeLocalPart(local.trim())) return setWrong('local')
    if (password && [...password].length < passwordMin) return setWrong('password')
    setWrong(null)
    create.mutate()
  }
  const typed = (text: string) => {
    const parts = splitAddress(text)
    setLocal(parts.local)
    if (parts.domain && names.includes(parts.domain)) setDomain(parts.domain)
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack>
        <Group align="flex-start" gap="xs" wrap="nowrap" grow>
          <TextInput
            label={t('form.local')}
            value={local}
            onChange={(event) => typed(event.currentTarget.value)}
            error={wrong === 'local' ? t(local ? 'form.bad' : 'form.missing') : said?.fields.address}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          <Select
            label={t('form.domain')}
            data={names}
            value={domain}
            onChange={(name) => setDomain(name ?? chosen)}
            allowDeselect={false}
            searchable={names.length > 8}
            leftSection={<span aria-hidden="true">@</span>}
            comboboxProps={{ shadow: 'md' }}
          />
        </Group>
        {owner ? (
          <PasswordInput
            label={t('form.password')}
            description={t('form.passwordHint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={wrong === 'password' ? t('form.short') : said?.fields.password}
            autoComplete="new-password"
          />
        ) : (
          <Alert color="brass" title={t('form.later')} styles={{ message: { color: 'inherit' } }}>
            <Text size="sm">{t('form.laterText')}</Text>
          </Alert>
        )}
        <QuotaSelect value={quota} onChange={setQuota} />
        <FormFoot
          problem={said?.rest}
          submit={t('form.submit')}
          busy={create.isPending}
          disabled={!domain}
          onCancel={onClose}
        />
      </Stack>
    </form>
  )
}

import { Group, Modal, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import type { DnsRecord, Domain } from '../../api/types'
import { fieldErrors } from '../../api/words'
import { common } from '../../i18n/common'
import { FormFoot } from '../../ui/FormFoot'
import { toast } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { looksLikeIPv4, looksLikeIPv6, type RecordType, recordTypes, ttlMax, ttlMin } from './names'
import { domainTexts } from './texts'

interface Values {
  name: string
  type: RecordType
  ttl: number
  value: string
}

const known = ['name', 'type', 'ttl', 'value']

export function RecordDialog({
  domain,
  record,
  onClose,
}: {
  domain: Domain
  record: DnsRecord | null
  onClose: () => void
}) {
  const t = domainTexts.useT()
  const c = common.useT()
  const form = useForm<Values>({
    initialValues: record
      ? { name: record.name, type: record.type as RecordType, ttl: record.ttl, value: record.value }
      : { name: '@', type: 'A', ttl: 3600, value: '' },
    validate: {
      name: (name) => (name.trim() ? null : t('record.missing')),
      ttl: (ttl) => (ttl >= ttlMin && ttl <= ttlMax ? null : t('record.badTtl')),
      value: (value, { type }) => {
        if (!value.trim()) return t('record.missing')
        if (type === 'A' && !looksLikeIPv4(value)) return t('record.badA')
        return type === 'AAAA' && !looksLikeIPv6(value) ? t('record.badAAAA') : null
      },
    },
  })
  const save = useMutation({
    mutationFn: (values: Values) => withChanges(() => write(domain.id, record, values)),
    onSuccess: async () => {
      toast(t('done.record'))
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['records', domain.id] })
    },
    onError: (error) => form.setErrors(fieldErrors(error, known).fields),
  })
  const rest = save.error ? fieldErrors(save.error, known).rest : null
  const type = form.values.type
  return (
    <Modal
      opened
      onClose={onClose}
      title={record ? t('record.editTitle') : t('record.addTitle')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <Group grow align="flex-start">
            <Select
              label={t('record.type')}
              data={[...recordTypes]}
              allowDeselect={false}
              comboboxProps={{ shadow: 'md' }}
              {...form.getInputProps('type')}
            />
            <NumberInput
              label={t('record.ttl')}
              min={1}
              max={ttlMax}
              suffix=" s"
              hideControls
              allowDecimal={false}
              {...form.getInputProps('ttl')}
            />
          </Group>
          <TextInput
            label={t('record.name')}
            description={t('record.nameHint')}
            autoCapitalize="none"
            spellCheck={false}
            data-autofocus
            {...form.getInputProps('name')}
          />
          <Textarea
            label={t('record.value')}
            description={t(`record.hint.${type}`)}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autosize
            minRows={1}
            maxRows={6}
            spellCheck={false}
            {...form.getInputProps('value')}
          />
          <FormFoot problem={rest} submit={t('record.save')} busy={save.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}

function write(id: string, record: DnsRecord | null, values: Values) {
  const body = { ...values, name: values.name.trim(), value: values.value.trim() }
  if (!record) return ok(api.POST('/domains/{id}/records', { params: { path: { id } }, body }))
  const path = { id, record_id: record.id }
  return ok(api.PUT('/domains/{id}/records/{record_id}', { params: { path }, body }))
}

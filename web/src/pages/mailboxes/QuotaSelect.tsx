import { Select } from '@mantine/core'
import { bytes } from '../../i18n/format'
import { quotas } from './address'
import { mailboxTexts } from './texts'

/** QuotaSelect offers the usual sizes, and the present one where it is unusual. */
export function QuotaSelect({
  value,
  onChange,
}: {
  value: number | null
  onChange: (bytes: number | null) => void
}) {
  const t = mailboxTexts.useT()
  const sizes = value && !quotas.includes(value) ? [...quotas, value].sort((a, b) => a - b) : quotas
  return (
    <Select
      label={t('form.quota')}
      description={t('form.quotaHint')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data={[
        { value: '', label: t('form.unlimited') },
        ...sizes.map((size) => ({ value: String(size), label: bytes(size) })),
      ]}
      value={value ? String(value) : ''}
      onChange={(next) => onChange(next ? Number(next) : null)}
      allowDeselect={false}
      comboboxProps={{ shadow: 'md' }}
    />
  )
}

import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { plansQuery } from '../../api/queries'
import { accountTexts } from './texts'

/** PlanSelect chooses among the plans; none means no limits. */
export function PlanSelect(props: {
  value?: string
  onChange?: (value: string) => void
  error?: ReactNode
  disabled?: boolean
}) {
  const t = accountTexts.useT()
  const plans = useQuery(plansQuery)
  return (
    <Select
      label={t('form.plan')}
      placeholder={t('form.noPlan')}
      data={(plans.data?.plans ?? []).map((plan) => ({ value: plan.id, label: plan.name }))}
      value={props.value || null}
      onChange={(value) => props.onChange?.(value ?? '')}
      error={props.error}
      disabled={props.disabled}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      comboboxProps={{ shadow: 'md' }}
    />
  )
}

import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'

interface Props {
  label: string
  value: string | null
  onChange: (id: string | null) => void
  placeholder?: string
  error?: string | null
}

/** OwnerSelect finds the reseller who looks after an account. */
export function OwnerSelect({ label, value, onChange, placeholder, error }: Props) {
  const [text, setText] = useState('')
  const [settled] = useDebouncedValue(text.trim(), 250)
  const query = useQuery({
    queryKey: ['accounts', 'resellers', settled],
    queryFn: () =>
      ok(
        api.GET('/accounts', {
          params: { query: { kind: 'reseller', q: settled || undefined, page_size: 20 } },
        }),
      ),
    placeholderData: keepPreviousData,
  })
  return (
    <Select
      label={label}
      placeholder={placeholder}
      data={(query.data?.accounts ?? []).map((account) => ({ value: account.id, label: account.name }))}
      value={value}
      onChange={onChange}
      searchable
      clearable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      error={error}
      comboboxProps={{ shadow: 'md' }}
    />
  )
}

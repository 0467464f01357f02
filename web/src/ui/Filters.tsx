import { CloseButton, Kbd, NativeSelect, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { common } from '../i18n/common'
import classes from './Filters.module.css'

export function Filters({ children }: { children: ReactNode }) {
  return (
    <search className={classes.bar} aria-label={common.useT()('list.search')}>
      {children}
    </search>
  )
}

interface SearchProps {
  label: string
  placeholder: string
  value: string | undefined
  onSearch: (query: string | undefined) => void
}

/** SearchField searches with Enter; `/` leads back to it from anywhere on the page. */
export function SearchField({ label, placeholder, value, onSearch }: SearchProps) {
  const t = common.useT()
  const [text, setText] = useState(value ?? '')
  useEffect(() => setText(value ?? ''), [value])
  return (
    <form
      className={classes.search}
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(text.trim() || undefined)
      }}
    >
      <TextInput
        type="search"
        enterKeyHint="search"
        aria-label={label}
        title={t('list.searchHint')}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden="true" />}
        rightSection={
          text ? (
            <CloseButton
              size="sm"
              aria-label={t('act.clear')}
              onClick={() => {
                setText('')
                onSearch(undefined)
              }}
            />
          ) : (
            <Kbd size="xs" aria-hidden="true">
              /
            </Kbd>
          )
        }
        data-list-search
        data-no-draft
      />
    </form>
  )
}

interface ChoiceProps {
  label: string
  value: string | undefined
  /** What is meant where nothing is chosen; it is not written into the address. */
  otherwise: string
  options: { value: string; label: string }[]
  onChoose: (value: string | undefined) => void
  width?: number
}

export function Choice({ label, value, otherwise, options, onChoose, width = 185 }: ChoiceProps) {
  return (
    <NativeSelect
      aria-label={label}
      data={options}
      value={value ?? otherwise}
      onChange={(event) => {
        const next = event.currentTarget.value
        onChoose(next === otherwise ? undefined : next)
      }}
      w={width}
      data-no-draft
    />
  )
}

interface DayProps {
  label: string
  value: string | undefined
  min?: string
  max?: string
  onChange: (day: string | undefined) => void
}

/** Day chooses a date, as the address has it. */
export function Day({ label, value, min, max, onChange }: DayProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      leftSection={<span className={classes.dayLabel}>{label}</span>}
      leftSectionWidth={52}
      value={value ?? ''}
      min={min}
      max={max}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      w={200}
      data-no-draft
    />
  )
}

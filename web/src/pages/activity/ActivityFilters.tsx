import { CloseButton, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import type { ActivityEvent } from '../../api/types'
import { Choice, Day, Filters, SearchField } from '../../ui/Filters'
import classes from './ActivityFilters.module.css'
import { type ActivitySearch, kinds, events as offered } from './filters'
import { activityTexts } from './texts'

interface Props {
  search: ActivitySearch
  fixed: ActivitySearch
  set: (part: ActivitySearch) => void
  /** What is shown: names for the ids in the address come from there. */
  events: readonly ActivityEvent[]
}

/** ActivityFilters narrows the log: by event, people, account, days and words. */
export function ActivityFilters({ search, fixed, set, events }: Props) {
  const t = activityTexts.useT()
  const options = offered.map(([value, name]) => ({ value: value as string, label: t(`filter.${name}`) }))
  const other = search.event && !options.some((option) => option.value === search.event)
  if (other) options.push({ value: search.event as string, label: search.event as string })
  return (
    <>
      <Filters>
        <SearchField
          label={t('filter.search')}
          placeholder={t('filter.searchHint')}
          value={search.q}
          onSearch={(q) => set({ q })}
        />
        <Choice
          label={t('filter.event')}
          value={search.event}
          otherwise=""
          options={[{ value: '', label: t('filter.every') }, ...options]}
          onChoose={(event) => set({ event })}
          width={235}
        />
        <Day
          label={t('filter.from')}
          value={search.from}
          max={search.to}
          onChange={(from) => set({ from })}
        />
        <Day label={t('filter.to')} value={search.to} min={search.from} onChange={(to) => set({ to })} />
        <Choice
          label={t('filter.kind')}
          value={search.object_kind}
          otherwise=""
          options={[
            { value: '', label: t('filter.everyKind') },
            ...kinds.map(([value, name]) => ({ value: value as string, label: t(`filter.${name}`) })),
            ...(search.object_kind && !kinds.some(([value]) => value === search.object_kind)
              ? [{ value: search.object_kind, label: search.object_kind }]
              : []),
          ]}
          onChoose={(object_kind) => set({ object_kind })}
          width={150}
        />
        <Exactly label={t('filter.ip')} value={search.ip} onChange={(ip) => set({ ip })} />
        <Exactly
          label={t('filter.request')}
          value={search.request_id}
          onChange={(request_id) => set({ request_id })}
        />
      </Filters>
      <Named search={search} fixed={fixed} set={set} events={events} />
    </>
  )
}

interface ExactlyProps {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}

/** Exactly is a filter by one value as it stands in the log; Enter or leaving the field asks. */
function Exactly({ label, value, onChange }: ExactlyProps) {
  const [text, setText] = useState(value ?? '')
  useEffect(() => setText(value ?? ''), [value])
  const ask = () => {
    if (text.trim() !== (value ?? '')) onChange(text.trim() || undefined)
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={ask}
      onKeyDown={(event) => event.key === 'Enter' && ask()}
      w={150}
      data-no-draft
    />
  )
}

/** Named shows the filters that are a person, a user, an account or a visit, each with the way to remove it. */
function Named({ search, fixed, set, events }: Props) {
  const t = activityTexts.useT()
  const accountName = useAccountName(fixed.account_id ? undefined : search.account_id)
  const named = [
    search.actor_id && {
      key: 'actor_id',
      text: t('filter.actor', { name: nameIn(events, 'actor', search.actor_id) ?? t('filter.actorAny') }),
    },
    search.subject_id && {
      key: 'subject_id',
      text: t('filter.subject', {
        name: nameIn(events, 'subject', search.subject_id) ?? t('filter.subjectAny'),
      }),
    },
    search.account_id && {
      key: 'account_id',
      text: t('filter.account', {
        name: accountName ?? nameIn(events, 'account', search.account_id) ?? t('filter.accountAny'),
      }),
    },
    search.object_id && {
      key: 'object_id',
      text: t('filter.object', {
        name:
          events.find((event) => event.object.id === search.object_id)?.object.name || t('filter.objectAny'),
      }),
    },
    search.impersonation_id && { key: 'impersonation_id', text: t('filter.visit') },
  ].filter((filter) => typeof filter === 'object')
  if (named.length === 0) return null
  return (
    <div className={classes.named}>
      {named.map((filter) => (
        <span key={filter.key} className={classes.pill}>
          {filter.text}
          <CloseButton
            size="xs"
            aria-label={t('filter.remove', { name: filter.text })}
            onClick={() => set({ [filter.key]: undefined })}
          />
        </span>
      ))}
    </div>
  )
}

function nameIn(
  events: readonly ActivityEvent[],
  part: 'actor' | 'subject' | 'account',
  id: string,
): string | null {
  return events.find((event) => event[part]?.id === id)?.[part]?.name ?? null
}

function useAccountName(id: string | undefined): string | null {
  const may = useMay()
  const query = useQuery({
    queryKey: ['account-name', id],
    queryFn: () => ok(api.GET('/accounts/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: Boolean(id) && may('account:view'),
    staleTime: 60_000,
  })
  return query.data?.name ?? null
}

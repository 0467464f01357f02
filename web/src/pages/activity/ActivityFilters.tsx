import { CloseButton, Text, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ActivityEvent } from '../../api/types'
import { Choice, Day, Filters, SearchField } from '../../ui/Filters'
import classes from './ActivityFilters.module.css'
import { type ActivitySearch, kinds, events as offeredEvents } from './filters'
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
  const eventOptions = options(offeredEvents, t, search.event)
  const kindOptions = options(kinds, t, search.object_kind)
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
          options={[{ value: '', label: t('filter.every') }, ...eventOptions]}
          onChoose={(event) => set({ event })}
          width={235}
        />
        <Choice
          label={t('filter.kind')}
          value={search.object_kind}
          otherwise=""
          options={[{ value: '', label: t('filter.everyKind') }, ...kindOptions]}
          onChoose={(object_kind) => set({ object_kind })}
          width={150}
        />
        <Day
          label={t('filter.from')}
          value={search.from}
          max={search.to}
          onChange={(from) => set({ from })}
        />
        <Day label={t('filter.to')} value={search.to} min={search.from} onChange={(to) => set({ to })} />
        <Exactly label={t('column.ip')} value={search.ip} onChange={(ip) => set({ ip })} />
        <Exactly
          label={t('column.request')}
          value={search.request_id}
          onChange={(request_id) => set({ request_id })}
        />
      </Filters>
      <Named search={search} fixed={fixed} set={set} events={events} />
      <OnPaper
        filters={[
          [t('filter.words'), search.q],
          [t('filter.event'), labelOf(eventOptions, search.event)],
          [t('filter.kind'), labelOf(kindOptions, search.object_kind)],
          [t('filter.from'), search.from],
          [t('filter.to'), search.to],
          [t('column.ip'), search.ip],
          [t('column.request'), search.request_id],
        ]}
      />
    </>
  )
}

interface Option {
  value: string
  label: string
}

/** options are what a filter offers, and what the address names besides. */
function options(
  offered: readonly (typeof offeredEvents | typeof kinds)[number][],
  t: ReturnType<typeof activityTexts.useT>,
  chosen: string | undefined,
): Option[] {
  const all = offered.map(([value, name]) => ({ value, label: t(`filter.${name}`) }))
  const other = chosen && !all.some(({ value }) => value === chosen)
  return other ? [...all, { value: chosen, label: chosen }] : all
}

const labelOf = (from: Option[], chosen: string | undefined) =>
  from.find(({ value }) => value === chosen)?.label

/** OnPaper says what the fields said, which are not printed. */
function OnPaper({ filters }: { filters: [name: string, value: string | undefined][] }) {
  const t = activityTexts.useT()
  const set = filters.filter(([, value]) => value).map((filter) => filter.join(' '))
  if (set.length === 0) return null
  return (
    <Text className="ik-print-only" size="sm">
      {t('print.filters', { filters: set.join(' · ') })}
    </Text>
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
function Named({ search, set, events }: Props) {
  const t = activityTexts.useT()
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
        name: nameIn(events, 'account', search.account_id) ?? t('filter.accountAny'),
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
    search.token_id && { key: 'token_id', text: t('filter.token') },
  ].filter((filter) => typeof filter === 'object')
  if (named.length === 0) return null
  return (
    <div className={classes.named}>
      {named.map((filter) => (
        <span key={filter.key} className={classes.pill}>
          {filter.text}
          <CloseButton
            size="xs"
            className="ik-no-print"
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

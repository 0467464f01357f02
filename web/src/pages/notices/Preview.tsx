import { SegmentedControl, Skeleton, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { problemOf } from '../../api/problem'
import { sayProblem } from '../../api/words'
import { Card } from '../../ui/Card'
import { LetterFrame } from './LetterFrame'
import classes from './Template.module.css'
import { noticeTexts } from './texts'

/** How long somebody pauses who wants to see what he has written. */
const pause = 400

interface Props {
  event: string
  language: string
  subject: string
  body: string
}

/** Preview shows what becomes of a text while it is written, or the first mistake in it. */
export function Preview({ event, language, subject, body }: Props) {
  const t = noticeTexts.useT()
  const [form, setForm] = useState('html')
  // Each by itself: an object would be a new value at every rendering, and the pause would never end.
  const [shownSubject] = useDebouncedValue(subject, pause)
  const [shownBody] = useDebouncedValue(body, pause)
  const query = useQuery({
    queryKey: ['notification-preview', event, language, shownSubject, shownBody],
    queryFn: () =>
      ok(
        api.POST('/notification-templates/{event}/texts/{language}/preview', {
          params: { path: { event, language } },
          body: { subject: shownSubject, body: shownBody },
        }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  })
  const mistakes = query.error ? problemOf(query.error).fields : []
  return (
    <Card
      title={t('template.preview')}
      note={t('template.previewNote')}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t('template.preview')}
          value={form}
          onChange={setForm}
          data={[
            { value: 'html', label: t('template.asHTML') },
            { value: 'text', label: t('template.asText') },
          ]}
        />
      }
    >
      <div aria-live="polite">
        {query.error && (
          <Text size="sm" c="var(--ik-bad)" mb="sm" className="ik-said">
            {mistakes[0] ? `${t('template.broken')} ${mistakes[0].detail}` : sayProblem(query.error)}
          </Text>
        )}
      </div>
      {query.isPending && <Skeleton height={420} radius="md" />}
      {query.data && !query.error && (
        <>
          <Text size="sm" fw={600} mb="xs" className="ik-said">
            {query.data.subject}
          </Text>
          {form === 'html' ? (
            <LetterFrame html={query.data.html} title={t('template.frame')} />
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard
            <pre className={classes.plain} tabIndex={0}>
              {query.data.text}
            </pre>
          )}
        </>
      )}
    </Card>
  )
}

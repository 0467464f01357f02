import { Alert, Button, Group, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import type { NoticeTemplate } from '../../api/types'
import { fieldErrors } from '../../api/words'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { Fetched } from '../../ui/Fetched'
import { PageHeader } from '../../ui/PageHeader'
import { complain, toast } from '../../ui/toast'
import { type Leaves, useUnsavedGuard } from '../../ui/unsaved'
import { noticeMailsQuery, templateQuery } from './calls'
import { Places } from './Places'
import { Preview } from './Preview'
import classes from './Template.module.css'
import { noticeTexts } from './texts'

const route = getRouteApi('/panel/notification-templates/$event')

/** Template is where the text of one mail is written, beside what becomes of it. */
export function Template() {
  const t = noticeTexts.useT()
  const { event } = route.useParams()
  const language = route.useSearch().language ?? 'en'
  const navigate = route.useNavigate()
  const query = useQuery(templateQuery(event, language))
  const languages = useQuery(noticeMailsQuery).data?.languages ?? []
  return (
    <>
      <PageHeader
        title={query.data ? t('template.title', { title: query.data.title }) : t('title')}
        back={{ to: '/notification-templates', label: t('template.back') }}
        actions={
          languages.length > 1 && (
            <SegmentedControl
              aria-label={t('template.language')}
              value={language}
              onChange={(next) => void navigate({ search: { language: next } })}
              data={languages.map(({ code, name }) => ({ value: code, label: name }))}
            />
          )
        }
      />
      <Fetched query={query} height={480}>
        {(template) => <Edit key={`${template.event} ${template.language}`} template={template} />}
      </Fetched>
    </>
  )
}

/** otherText: each language has a text of its own. */
const otherText: Leaves = (here, next) =>
  here.pathname !== next.pathname || languageIn(here.search) !== languageIn(next.search)

const languageIn = (search: object) => ('language' in search ? search.language : undefined)

function Edit({ template }: { template: NoticeTemplate }) {
  const t = noticeTexts.useT()
  const { event, language, title } = template
  const params = { path: { event, language } }
  const [subject, setSubject] = useState(template.subject)
  const [body, setBody] = useState(template.body)
  const area = useRef<HTMLTextAreaElement>(null)
  const done = (said: string) => async () => {
    toast(said)
    await queryClient.invalidateQueries({ queryKey: noticeMailsQuery.queryKey })
  }
  const save = useMutation({
    mutationFn: () =>
      ok(api.PUT('/notification-templates/{event}/texts/{language}', { params, body: { subject, body } })),
    onSuccess: done(t('template.saved')),
  })
  const restore = useMutation({
    mutationFn: () => api.DELETE('/notification-templates/{event}/texts/{language}', { params }),
    onSuccess: async () => {
      setSubject(template.original_subject)
      setBody(template.original_body)
      save.reset()
      await done(t('template.restored'))()
    },
    onError: complain,
  })
  const ask = async () => {
    const text = t('template.restoreText', { title })
    if (await confirm({ title: t('template.restoreTitle'), text, act: t('template.restore') }))
      restore.mutate()
  }
  const put = (name: string) => {
    const field = area.current
    const at = field?.selectionStart ?? body.length
    const said = `{{${name}}}`
    setBody(body.slice(0, at) + said + body.slice(field?.selectionEnd ?? at))
    requestAnimationFrame(() => {
      field?.focus()
      field?.setSelectionRange(at + said.length, at + said.length)
    })
  }
  const { fields, rest } = save.error
    ? fieldErrors(save.error, ['subject', 'body'])
    : { fields: {} as Record<string, string>, rest: null }
  const same = subject === template.subject && body === template.body
  useUnsavedGuard(!same && !save.isPending && !restore.isPending, otherText)
  return (
    <div className={classes.sides}>
      <Card>
        <form
          noValidate
          onSubmit={(submitted) => {
            submitted.preventDefault()
            save.mutate()
          }}
        >
          <Stack>
            <TextInput
              label={t('template.subject')}
              value={subject}
              onChange={(changed) => setSubject(changed.currentTarget.value)}
              error={fields.subject}
            />
            <Textarea
              ref={area}
              label={t('template.body')}
              description={t('template.bodyHint')}
              value={body}
              onChange={(changed) => setBody(changed.currentTarget.value)}
              error={fields.body}
              autosize
              minRows={12}
              maxRows={28}
              classNames={{ input: classes.text }}
            />
            {rest && (
              <Alert color="clay" role="alert">
                {rest}
              </Alert>
            )}
            <Group gap="xs">
              <Button type="submit" loading={save.isPending} disabled={same}>
                {t('template.save')}
              </Button>
              {template.changed && (
                <Button variant="default" loading={restore.isPending} onClick={() => void ask()}>
                  {t('template.restore')}
                </Button>
              )}
            </Group>
            <Places places={template.placeholders} onPut={put} />
          </Stack>
        </form>
      </Card>
      <Preview event={event} language={language} subject={subject} body={body} />
    </div>
  )
}

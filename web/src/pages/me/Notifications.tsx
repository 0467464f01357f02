import { Alert, Button, Checkbox, Group, Select, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '../../api/client'
import { queryClient, useSession } from '../../api/session'
import type { NoticeSettings } from '../../api/types'
import { sayProblem } from '../../api/words'
import { maybe } from '../../i18n'
import { Card } from '../../ui/Card'
import { Fetched } from '../../ui/Fetched'
import { PageHeader } from '../../ui/PageHeader'
import { Empty } from '../../ui/states'
import { toast } from '../../ui/toast'
import { capital, noticeSettingsQuery } from '../notices/calls'
import { noticeTexts } from '../notices/texts'

/** Notifications is where people choose what they are also told by e-mail. */
export function Notifications() {
  const t = noticeTexts.useT()
  const acting = useSession().impersonation !== null
  return (
    <>
      <PageHeader title={t('mine.title')} lead={t('mine.lead')} />
      {acting ? (
        <Card>
          <Empty title={t('mine.closedTitle')} text={t('mine.closed')} />
        </Card>
      ) : (
        <Choosing />
      )}
    </>
  )
}

function Choosing() {
  const query = useQuery(noticeSettingsQuery)
  return (
    <Fetched query={query} height={320}>
      {(settings) => <Choice settings={settings} />}
    </Fetched>
  )
}

function Choice({ settings }: { settings: NoticeSettings }) {
  const t = noticeTexts.useT()
  const [language, setLanguage] = useState(settings.language)
  const [mailed, setMailed] = useState(
    settings.notices.filter((each) => each.mailed).map(({ event }) => event),
  )
  const unmailed = settings.notices.map(({ event }) => event).filter((event) => !mailed.includes(event))
  const save = useMutation({
    mutationFn: () => ok(api.PUT('/me/notification-settings', { body: { language, unmailed } })),
    onSuccess: (fresh) => {
      queryClient.setQueryData(noticeSettingsQuery.queryKey, fresh)
      toast(t('mine.saved'))
    },
  })
  return (
    <Card>
      <Stack maw={560}>
        <Checkbox.Group label={t('mine.mails')} value={mailed} onChange={setMailed}>
          <Stack gap={10} mt={8}>
            {settings.notices.map(({ event, title, enabled }) => (
              <Checkbox
                key={event}
                value={event}
                label={maybe('notices', `mine.about.${event.replace('.', '_')}`) ?? capital(title)}
                description={enabled ? undefined : t('mine.offByProvider')}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Text size="sm" c="dimmed">
          {t('mine.always')}
        </Text>
        <Select
          label={t('mine.language')}
          description={t('mine.languageNote')}
          value={language}
          onChange={(next) => next && setLanguage(next)}
          data={settings.languages.map(({ code, name }) => ({ value: code, label: name }))}
          allowDeselect={false}
          maw={260}
        />
        {save.error && (
          <Alert color="clay" role="alert">
            {sayProblem(save.error)}
          </Alert>
        )}
        <Group>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('mine.save')}
          </Button>
        </Group>
      </Stack>
    </Card>
  )
}

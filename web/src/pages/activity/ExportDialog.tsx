import { Alert, Button, Checkbox, Group, Modal, Progress, Radio, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, apiBase, ok } from '../../api/client'
import type { OperationStatus } from '../../api/types'
import { sayFields } from '../../api/words'
import { common } from '../../i18n/common'
import { bytes } from '../../i18n/format'
import { FormFoot } from '../../ui/FormFoot'
import { Failure } from '../../ui/states'
import { complain } from '../../ui/toast'
import { chosenColumns, fileColumns } from './columns'
import { type ActivitySearch, asFilter } from './filters'
import { activityTexts } from './texts'

interface Props {
  search: ActivitySearch
  fixed: ActivitySearch
  onClose: () => void
}

/** ExportDialog asks in which form the log is to be taken along, shows how far the file is, and hands it over. */
export default function ExportDialog({ search, fixed, onClose }: Props) {
  const t = activityTexts.useT()
  const c = common.useT()
  const [format, setFormat] = useState<'csv' | 'jsonl'>('csv')
  const [all, setAll] = useState(false)
  const start = useMutation({
    mutationFn: () =>
      ok(
        api.POST('/activity/exports', {
          body: {
            format,
            ...asFilter({ ...search, ...fixed }),
            columns: all ? undefined : fileColumns(chosenColumns(search.columns)),
          },
        }),
      ),
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('export.title')}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      {start.data ? (
        <Followed begun={start.data} onClose={onClose} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            start.mutate()
          }}
        >
          <Stack gap="md">
            <Text size="sm">{t('export.text')}</Text>
            <Radio.Group
              label={t('export.format')}
              value={format}
              onChange={(value) => setFormat(value as 'csv' | 'jsonl')}
            >
              <Stack gap={6} mt={6}>
                <Radio value="csv" label={t('export.csv')} data-autofocus />
                <Radio value="jsonl" label={t('export.jsonl')} />
              </Stack>
            </Radio.Group>
            <Checkbox
              label={t('export.all')}
              checked={all}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
            <FormFoot
              problem={start.error && sayFields(start.error)}
              submit={t('export.start')}
              busy={start.isPending}
              onCancel={onClose}
            />
          </Stack>
        </form>
      )}
    </Modal>
  )
}

/** Followed shows an export until it has ended, and then the file. */
function Followed({ begun, onClose }: { begun: OperationStatus; onClose: () => void }) {
  const t = activityTexts.useT()
  const c = common.useT()
  const params = { path: { id: begun.id } }
  const query = useQuery({
    queryKey: ['operation', begun.id],
    queryFn: () => ok(api.GET('/operations/{id}', { params: { ...params, query: { wait: 2 } } })),
    initialData: begun,
    refetchInterval: ({ state }) => (state.data?.ended_at || state.status === 'error' ? false : 200),
  })
  const cancel = useMutation({
    mutationFn: () => ok(api.POST('/operations/{id}/cancel', { params })),
    onSuccess: onClose,
    onError: complain,
  })
  const now = query.data
  if (query.error) return <Failure error={query.error} retry={() => query.refetch()} />
  if (!now.ended_at) {
    return (
      <Stack gap="md">
        <Text size="sm" role="status">
          {t('export.running', { percent: now.progress })}
        </Text>
        <Progress value={now.progress} aria-label={t('export.title')} animated />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
            {t('export.cancel')}
          </Button>
        </Group>
      </Stack>
    )
  }
  return (
    <Stack gap="md">
      {now.resource ? (
        <Text size="sm" role="status">
          {t('export.ready', { name: now.file_name, size: bytes(now.file_size) })}
        </Text>
      ) : (
        <Alert color="clay" role="status">
          {now.error?.detail ?? t('export.cancelled')}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {c('act.close')}
        </Button>
        {now.resource && (
          <Button component="a" href={apiBase + now.resource} download={now.file_name}>
            {t('export.download')}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useEffect, useState } from 'react'
import { on } from '../api/events'
import type { Problem } from '../api/problem'
import { queryClient, sessionQuery } from '../api/session'
import { visitId } from '../boot'
import { common } from '../i18n/common'
import { clock } from '../i18n/format'
import { type Draft, typedSoFar } from './drafts'
import { localPath } from './path'
import { howItEnded } from './sentence'
import { visitTexts } from './texts'

interface End {
  problem: Problem
  drafts: Draft[]
}

/** Ended tells that the visit is over, keeps readable what was typed, and leads back. */
export function Ended() {
  const [end, setEnd] = useState<End | null>(null)
  useEffect(() => {
    if (!visitId) return
    return on('visitEnded', (problem) => setEnd((known) => known ?? { problem, drafts: typedSoFar() }))
  }, [])
  return end ? <EndedDialog {...end} /> : null
}

/** EndedDialog can not be closed: below it nothing works any more. */
export function EndedDialog({ problem, drafts }: End) {
  const t = visitTexts.useT()
  const c = common.useT()
  const { ended_at, end_reason, return_to } = problem.more
  const session = queryClient.getQueryData(sessionQuery.queryKey)
  const why = howItEnded({
    end_reason: typeof end_reason === 'string' ? end_reason : null,
    idle_timeout_seconds: session?.impersonation?.idle_timeout_seconds ?? 15 * 60,
  })
  const back = localPath(return_to ?? session?.impersonation?.return_to)
  const lower = why.charAt(0).toLowerCase() + why.slice(1)
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('over.title')}
      zIndex={950}
      data-no-draft
    >
      <Stack>
        <Text size="sm">
          {typeof ended_at === 'string'
            ? t('over.ended', { at: clock(ended_at), why: lower })
            : t('over.endedOnly', { why: lower })}
        </Text>
        {drafts.length > 0 && (
          <Text size="sm" fw={600}>
            {t('over.kept')}
          </Text>
        )}
        {drafts.map((draft, index) => (
          <Textarea
            key={`${index} ${draft.label}`}
            label={draft.label || t('over.untitled')}
            value={draft.text}
            readOnly
            autosize
            minRows={1}
            maxRows={8}
          />
        ))}
        <Group justify="flex-end" gap="xs">
          {drafts.length > 0 && (
            <Button variant="default" onClick={() => void navigator.clipboard?.writeText(asText(drafts))}>
              {c('act.copy')}
            </Button>
          )}
          <Button component="a" href={back} data-autofocus>
            {t('over.back')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function asText(drafts: Draft[]): string {
  return drafts.map((draft) => (draft.label ? `${draft.label}: ${draft.text}` : draft.text)).join('\n\n')
}

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { common } from '../i18n/common'
import type { Asking } from './ask'
import { type Question, useConfirming } from './confirm'

/** ConfirmDialog shows what confirm asks. It is mounted once. */
export function ConfirmDialog() {
  const pending = useConfirming()
  if (!pending) return null
  return <Confirm key={pending.question.title} {...pending} />
}

function Confirm({ question, answer }: Asking<Question, boolean>) {
  const t = common.useT()
  const [typed, setTyped] = useState('')
  const ready = !question.typeName || typed.trim() === question.typeName
  return (
    <Modal
      opened
      onClose={() => answer(false)}
      title={question.title}
      closeButtonProps={{ 'aria-label': t('act.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) answer(true)
        }}
      >
        <Stack gap="md">
          <Text component="div" size="sm">
            {question.text}
          </Text>
          {question.typeName && (
            <TextInput
              label={t('confirm.type', { name: question.typeName })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button
              variant="default"
              onClick={() => answer(false)}
              data-autofocus={question.typeName ? undefined : true}
            >
              {t('act.cancel')}
            </Button>
            <Button type="submit" color={question.risky === false ? undefined : 'clay.7'} disabled={!ready}>
              {question.act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

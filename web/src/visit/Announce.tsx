import { Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Account } from '../api/types'
import { fieldErrors } from '../api/words'
import { common } from '../i18n/common'
import { FormFoot } from '../ui/FormFoot'
import { toast } from '../ui/toast'
import { About } from './About'
import { useAnnounce } from './announcements'
import { reasonReady } from './reason'
import { signInTexts } from './signInTexts'
import { emptyWhy, type Why } from './start'

const known = ['reason', 'reason_code', 'ticket'] as const

/** Announce tells the owner of an account that somebody is coming, and why. It starts nothing. */
export default function Announce({
  account,
  onClose,
}: {
  account: Pick<Account, 'id' | 'name'>
  onClose: () => void
}) {
  const t = signInTexts.useT()
  const c = common.useT()
  const { name } = account
  const [why, setWhy] = useState<Why>(emptyWhy)
  const [tried, setTried] = useState(false)
  const announce = useAnnounce(account.id, () => {
    toast(t('announce.done', { name }))
    onClose()
  })
  const { fields, rest } = announce.error ? fieldErrors(announce.error, known) : { fields: {}, rest: null }
  const missing = tried && !reasonReady(why.reason) ? t('reasonMissing') : undefined
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('announce.title', { name })}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (reasonReady(why.reason)) announce.mutate(why)
        }}
      >
        <Stack>
          <Text size="sm">{t('announce.text', { name })}</Text>
          <About
            why={why}
            set={(part) => setWhy({ ...why, ...part })}
            errors={{ ...fields, reason: fields.reason ?? missing }}
          />
          <FormFoot problem={rest} submit={t('announce.act')} busy={announce.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}

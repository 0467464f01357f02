import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Account } from '../../api/types'
import { sayProblem } from '../../api/words'
import { common } from '../../i18n/common'
import { useChange } from './changes'
import { OwnerSelect } from './OwnerSelect'
import { accountTexts } from './texts'

/** TransferDialog gives an account to another owner. */
export default function TransferDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const t = accountTexts.useT()
  const c = common.useT()
  const [owner, setOwner] = useState<string | null>(null)
  const change = useChange(account, onClose)
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('transfer.title', { name: account.name })}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <Stack>
        <Text size="sm">{t('transfer.text')}</Text>
        <OwnerSelect label={t('transfer.owner')} value={owner} onChange={setOwner} />
        {change.error && (
          <Alert color="clay" role="alert">
            {sayProblem(change.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {c('act.cancel')}
          </Button>
          <Button
            loading={change.isPending}
            disabled={!owner || owner === account.owner?.id}
            onClick={() => owner && change.mutate({ act: 'transfer', owner_id: owner })}
          >
            {t('transfer.act')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

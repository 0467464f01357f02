import { Box, Button, Group, Text } from '@mantine/core'
import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'
import { moment } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { useLock, useOpenMailboxes } from '../mailboxes/lock'
import { mailboxTexts } from '../mailboxes/texts'

/** OpenMailboxes shows the owner which mailboxes support may read at the moment, and closes them. */
export function OpenMailboxes() {
  const t = mailboxTexts.useT()
  const may = useMay()
  const acting = useSession().impersonation !== null
  const { data } = useOpenMailboxes(!acting && may('mailbox:unlock'))
  const lock = useLock()
  if (!data || data.length === 0) return null
  return (
    <Box mb="xl">
      <Card title={t('openTitle', { count: data.length })} note={t('unlock.record')}>
        {data.map(({ id, mailbox_id, address, until }) => (
          <Group key={id} justify="space-between" gap="xs" mt={6}>
            <div>
              <Text size="sm" fw={600} className="ik-said">
                {address}
              </Text>
              <Text size="xs" c="dimmed">
                {t('open.until', { until: moment(until) })}
              </Text>
            </div>
            <Button
              size="xs"
              variant="default"
              loading={lock.isPending && lock.variables.id === mailbox_id}
              onClick={() => lock.mutate({ id: mailbox_id, address })}
              aria-label={t('lockNamed', { address })}
            >
              {t('act.lock')}
            </Button>
          </Group>
        ))}
      </Card>
    </Box>
  )
}

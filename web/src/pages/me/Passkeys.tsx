import { Anchor, Group, Menu, Modal, Text } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, ok } from '../../api/client'
import { onThisPage, passkeySupportQuery, passkeysQuery } from '../../api/passkey'
import type { Passkey, PasskeySupport } from '../../api/types'
import { common } from '../../i18n/common'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { Fetched } from '../../ui/Fetched'
import { Listing } from '../../ui/Listing'
import { Moment } from '../../ui/Moment'
import { RowMenu } from '../../ui/RowMenu'
import { Status } from '../../ui/Status'
import { complain, toast } from '../../ui/toast'
import { WhyButton } from '../../ui/Why'
import { AddPasskey, useAddPasskey } from './AddPasskey'
import { reloadFactors } from './factors'
import { RenamePasskey } from './RenamePasskey'
import { meTexts } from './texts'

/** Passkeys are the devices that sign one in, and how to add and remove them. */
export function Passkeys({ app, required }: { app: boolean; required: boolean }) {
  const t = meTexts.useT()
  const support = useQuery(passkeySupportQuery)
  const query = useQuery(passkeysQuery)
  const passkeys = query.data?.passkeys
  const some = (passkeys?.length ?? 0) > 0
  return (
    <>
      <Card
        title={t('passkey.title')}
        note={t('passkey.note')}
        aside={<Status tone={some ? 'good' : 'quiet'}>{some ? t('factor.on') : t('factor.off')}</Status>}
      >
        <Fetched query={support} height={36}>
          {(found) => <Add support={found} />}
        </Fetched>
      </Card>
      {(some || query.error) && (
        <Listing<Passkey>
          label={t('passkey.title')}
          query={query}
          rows={passkeys}
          idOf={(passkey) => passkey.id}
          columns={[
            { key: 'name', title: t('passkey.name'), render: (passkey) => <Name passkey={passkey} /> },
            {
              key: 'used',
              title: t('passkey.used'),
              width: 190,
              render: (passkey) => <Used passkey={passkey} />,
            },
          ]}
          card={(passkey) => (
            <>
              <Name passkey={passkey} />
              <Text size="xs" c="dimmed" component="div">
                {t('passkey.used')}: <Used passkey={passkey} />
              </Text>
            </>
          )}
          actions={(passkey) => (
            <Actions passkey={passkey} only={required && !app && passkeys?.length === 1} />
          )}
          empty={null}
        />
      )}
    </>
  )
}

function Name({ passkey }: { passkey: Passkey }) {
  const t = meTexts.useT()
  return (
    <>
      <Text size="sm" fw={500} className="ik-said">
        {passkey.name}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {t('passkey.added')} <Moment at={passkey.created_at} /> ·{' '}
        {passkey.synced ? t('passkey.synced') : t('passkey.one')}
      </Text>
    </>
  )
}

function Used({ passkey }: { passkey: Passkey }) {
  const c = common.useT()
  return passkey.last_used_at ? <Moment at={passkey.last_used_at} relative /> : c('time.none')
}

function Add({ support }: { support: PasskeySupport }) {
  const t = meTexts.useT()
  const [adding, setAdding] = useState(false)
  const usable = onThisPage(support)
  const whyNot: ReactNode =
    usable === 'yes' ? null : usable === 'elsewhere' ? (
      <>
        {t('passkey.whyNot.elsewhere')}{' '}
        <Anchor td="underline" href={`${support.origin}/me/security`}>
          {support.origin}
        </Anchor>
      </>
    ) : (
      t(`passkey.whyNot.${usable}`)
    )
  return (
    <>
      {whyNot && (
        <Text size="sm" mb="sm">
          {whyNot}
        </Text>
      )}
      <Group>
        <WhyButton whyNot={whyNot ? t('passkey.notHere') : null} onClick={() => setAdding(true)}>
          {t('passkey.add')}
        </WhyButton>
      </Group>
      {adding && <AddDialog onClose={() => setAdding(false)} />}
    </>
  )
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const t = meTexts.useT()
  const c = common.useT()
  const close = () => {
    onClose()
    void reloadFactors()
  }
  const adding = useAddPasskey(() => {
    toast(t('passkey.done'))
    close()
  })
  return (
    <Modal
      opened
      onClose={close}
      title={t('passkey.addTitle')}
      closeOnClickOutside={false}
      closeOnEscape={!adding.held}
      withCloseButton={!adding.held}
      closeButtonProps={{ 'aria-label': c('act.close') }}
    >
      <AddPasskey adding={adding} />
    </Modal>
  )
}

function Actions({ passkey, only }: { passkey: Passkey; only: boolean }) {
  const t = meTexts.useT()
  const [renaming, setRenaming] = useState(false)
  const remove = useMutation({
    mutationFn: () => ok(api.DELETE('/me/passkeys/{id}', { params: { path: { id: passkey.id } } })),
    onSuccess: async () => {
      toast(t('passkey.removed'))
      await reloadFactors()
    },
    onError: complain,
  })
  const ask = async () => {
    const text = t('passkey.removeText', { name: passkey.name })
    if (await confirm({ title: t('passkey.removeTitle'), text, act: t('passkey.remove'), risky: true }))
      remove.mutate()
  }
  return (
    <>
      <RowMenu name={passkey.name}>
        <Menu.Item
          leftSection={<IconPencil size={16} aria-hidden="true" />}
          onClick={() => setRenaming(true)}
        >
          {t('passkey.rename')}
        </Menu.Item>
        <Menu.Item
          color="clay"
          disabled={only}
          leftSection={<IconTrash size={16} aria-hidden="true" />}
          onClick={() => void ask()}
        >
          {t('passkey.remove')}
        </Menu.Item>
        {only && <Menu.Label>{t('passkey.last')}</Menu.Label>}
      </RowMenu>
      {renaming && <RenamePasskey passkey={passkey} onClose={() => setRenaming(false)} />}
    </>
  )
}

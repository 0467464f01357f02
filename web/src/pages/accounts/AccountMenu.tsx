import { Menu, Text } from '@mantine/core'
import { IconKey, IconMessageForward } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { Account } from '../../api/types'
import { RowMenu } from '../../ui/RowMenu'
import { useAccountActions } from './actions'
import { accountTexts } from './texts'

/** AccountMenu is the ⋯ of an account in a list. */
export function AccountMenu({ account }: { account: Account }) {
  const t = accountTexts.useT()
  const navigate = useNavigate()
  const { signIn, announce, actions, dialogs } = useAccountActions({ account })
  return (
    <>
      <RowMenu name={account.name} width={signIn?.whyNot ? 280 : 230}>
        {signIn && (
          <>
            <Menu.Item
              leftSection={<IconKey size={16} stroke={1.6} aria-hidden="true" />}
              disabled={Boolean(signIn.whyNot)}
              onClick={signIn.run}
            >
              {signIn.label}
              {signIn.whyNot && (
                <Text size="xs" component="span" display="block">
                  {signIn.whyNot}
                </Text>
              )}
            </Menu.Item>
            {announce && (
              <Menu.Item
                leftSection={<IconMessageForward size={16} stroke={1.6} aria-hidden="true" />}
                onClick={announce.run}
              >
                {announce.label}
              </Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        <Menu.Item onClick={() => void navigate({ to: '/accounts/$id/details', params: { id: account.id } })}>
          {t('act.open')}
        </Menu.Item>
        {actions.map((action) => (
          <Menu.Item key={action.key} c={action.risky ? 'var(--ik-bad)' : undefined} onClick={action.run}>
            {action.label}
          </Menu.Item>
        ))}
      </RowMenu>
      {dialogs()}
    </>
  )
}

import { ActionIcon, Menu, Text, useMantineColorScheme } from '@mantine/core'
import {
  IconDeviceDesktop,
  IconDeviceLaptop,
  IconKeyboard,
  IconLifebuoy,
  IconLogout,
  IconMoon,
  IconShieldLock,
  IconSun,
  IconUser,
  IconUserCircle,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMay } from '../api/permission'
import { useSession } from '../api/session'
import { signOut } from '../api/signing'
import { common } from '../i18n/common'
import { complain } from '../ui/toast'
import { openShortcuts } from './shortcuts'
import { layoutTexts } from './texts'

/** UserMenu is who you are here, how it looks, and the way out. */
export default function UserMenu() {
  const t = layoutTexts.useT()
  const c = common.useT()
  const { principal, support_url, impersonation } = useSession()
  const may = useMay()
  const leave = () => {
    signOut().catch(complain)
  }
  return (
    <Menu width={240}>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={36}
          radius="xl"
          aria-label={t('user.menu', { name: principal.name })}
        >
          <IconUser size={18} stroke={1.6} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label component="div">
          <Text size="sm" fw={600} c="var(--mantine-color-text)" truncate>
            {principal.name}
          </Text>
          <Text size="xs" truncate>
            {c(`kind.${principal.kind}`)}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/me/profile" leftSection={<IconUserCircle size={16} stroke={1.6} />}>
          {t('nav.profile')}
        </Menu.Item>
        {may('factor:manage') && (
          <Menu.Item
            component={Link}
            to="/me/security"
            leftSection={<IconShieldLock size={16} stroke={1.6} />}
          >
            {t('nav.signIn')}
          </Menu.Item>
        )}
        {may('session:manage') && (
          <Menu.Item
            component={Link}
            to="/me/sessions"
            leftSection={<IconDeviceLaptop size={16} stroke={1.6} />}
          >
            {t('nav.sessions')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.6} />} onClick={openShortcuts}>
          {t('user.shortcuts')}
        </Menu.Item>
        {support_url && (
          <Menu.Item
            component="a"
            href={support_url}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconLifebuoy size={16} stroke={1.6} />}
          >
            {t('user.help')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <SchemeItems />
        {!impersonation && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} />} onClick={leave}>
              {t('user.signOut')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function SchemeItems() {
  const t = layoutTexts.useT()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const schemes = [
    ['light', IconSun],
    ['dark', IconMoon],
    ['auto', IconDeviceDesktop],
  ] as const
  return (
    <>
      <Menu.Label>{t('user.scheme')}</Menu.Label>
      {schemes.map(([scheme, Icon]) => (
        <Menu.Item
          key={scheme}
          role="menuitemradio"
          aria-checked={colorScheme === scheme}
          closeMenuOnClick={false}
          fw={colorScheme === scheme ? 600 : undefined}
          leftSection={<Icon size={16} stroke={1.6} />}
          rightSection={colorScheme === scheme ? '✓' : null}
          onClick={() => setColorScheme(scheme)}
        >
          {t(`user.${scheme}`)}
        </Menu.Item>
      ))}
    </>
  )
}

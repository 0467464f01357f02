import { Text } from '@mantine/core'
import { IconActivity, IconFolder, IconMail, IconUsers, IconWorld } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMay } from '../../api/permission'
import { useSession } from '../../api/session'
import { Card } from '../../ui/Card'
import classes from './Stat.module.css'
import { dashboardTexts } from './texts'

const ways = [
  { to: '/accounts', permission: 'account:view', icon: IconUsers, name: 'accounts', for: 'staff' },
  { to: '/activity', permission: 'activity:view', icon: IconActivity, name: 'activity', for: 'staff' },
  { to: '/domains', permission: 'domain:view', icon: IconWorld, name: 'domain', for: 'owner' },
  { to: '/mailboxes', permission: 'mailbox:view', icon: IconMail, name: 'mailbox', for: 'owner' },
  { to: '/files/$', permission: 'file:view', icon: IconFolder, name: 'files', for: 'owner' },
] as const

/** Quick leads to what people come for. */
export function Quick() {
  const t = dashboardTexts.useT()
  const may = useMay()
  const kind = useSession().principal.kind === 'customer' ? 'owner' : 'staff'
  const shown = ways.filter((way) => way.for === kind && may(way.permission))
  if (shown.length === 0) return null
  return (
    <Card title={t('quick.title')}>
      <div className={classes.quick}>
        {shown.map((way) => (
          <Link key={way.to} to={way.to} params={way.to === '/files/$' ? { _splat: '' } : {}}>
            <way.icon size={20} stroke={1.6} aria-hidden="true" />
            <span>
              <Text size="sm" fw={600} component="span" display="block">
                {t(`quick.${way.name}`)}
              </Text>
              <Text size="xs" c="dimmed" component="span" display="block">
                {t(`quick.${way.name}Text`)}
              </Text>
            </span>
          </Link>
        ))}
      </div>
    </Card>
  )
}

import {
  IconActivity,
  IconApi,
  IconBell,
  IconBook2,
  IconDeviceLaptop,
  IconFolder,
  IconHome2,
  IconKey,
  IconListCheck,
  IconMail,
  IconMailForward,
  IconShieldCheck,
  IconShieldLock,
  IconTemplate,
  IconUserCircle,
  IconUsers,
  IconWorld,
} from '@tabler/icons-react'
import { allowed } from '../api/permission'
import type { SessionInfo } from '../api/types'
import type { layoutTexts } from './texts'

type Label = Parameters<ReturnType<typeof layoutTexts.t>>[0]

export interface Place {
  to:
    | '/dashboard'
    | '/accounts'
    | '/domains'
    | '/mailboxes'
    | '/files'
    | '/impersonations'
    | '/activity'
    | '/me/access'
    | '/me/sessions'
    | '/me/profile'
    | '/me/security'
    | '/jobs'
    | '/roles'
    | '/tokens'
    | '/mails'
    | '/notification-templates'
    | '/me/notifications'
  label: Label
  icon: typeof IconHome2
  /** Who sees it: everybody, or those with the permission. */
  permission?: string
  /** Some places exist for the owner of hosting alone, others for those who care for many accounts. */
  for?: 'owners' | 'staff'
  /** The second key after G. */
  key?: string
}

export interface Group {
  label: Label | null
  places: Place[]
}

const groups: Group[] = [
  {
    label: null,
    places: [
      { to: '/dashboard', label: 'nav.dashboard', icon: IconHome2, permission: 'dashboard:view', key: 'd' },
    ],
  },
  {
    label: 'nav.customers',
    places: [
      {
        to: '/accounts',
        label: 'nav.accounts',
        icon: IconUsers,
        permission: 'account:view',
        for: 'staff',
        key: 'a',
      },
    ],
  },
  {
    label: 'nav.hosting',
    places: [
      {
        to: '/domains',
        label: 'nav.domains',
        icon: IconWorld,
        permission: 'domain:view',
        for: 'owners',
        key: 'o',
      },
      {
        to: '/mailboxes',
        label: 'nav.mailboxes',
        icon: IconMail,
        permission: 'mailbox:view',
        for: 'owners',
        key: 'm',
      },
      {
        to: '/files',
        label: 'nav.files',
        icon: IconFolder,
        permission: 'file:view',
        for: 'owners',
        key: 'f',
      },
    ],
  },
  {
    label: 'nav.security',
    places: [
      {
        to: '/impersonations',
        label: 'nav.visits',
        icon: IconKey,
        permission: 'impersonation:view',
        for: 'staff',
        key: 'v',
      },
      {
        to: '/me/access',
        label: 'nav.access',
        icon: IconBook2,
        permission: 'access-history:view',
        for: 'owners',
        key: 'w',
      },
      { to: '/activity', label: 'nav.activity', icon: IconActivity, permission: 'activity:view', key: 'l' },
      { to: '/roles', label: 'nav.roles', icon: IconShieldCheck, permission: 'role:view', key: 'r' },
      { to: '/tokens', label: 'nav.tokens', icon: IconApi, permission: 'token:manage', key: 't' },
    ],
  },
  {
    label: 'nav.system',
    places: [
      { to: '/jobs', label: 'nav.jobs', icon: IconListCheck, permission: 'job:view', key: 'j' },
      { to: '/mails', label: 'nav.mails', icon: IconMailForward, permission: 'mail:view', key: 's' },
      {
        to: '/notification-templates',
        label: 'nav.notices',
        icon: IconTemplate,
        permission: 'notification:templates',
        key: 'c',
      },
    ],
  },
  {
    label: 'nav.me',
    places: [
      { to: '/me/profile', label: 'nav.profile', icon: IconUserCircle, key: 'p' },
      {
        to: '/me/security',
        label: 'nav.signIn',
        icon: IconShieldLock,
        permission: 'factor:manage',
        key: 'i',
      },
      {
        to: '/me/sessions',
        label: 'nav.sessions',
        icon: IconDeviceLaptop,
        permission: 'session:manage',
        key: 'e',
      },
      {
        to: '/me/notifications',
        label: 'nav.notifications',
        icon: IconBell,
        permission: 'notification:choose',
        key: 'n',
      },
    ],
  },
]

/** navigationFor returns the places this session may go, without groups that are empty. */
export function navigationFor(session: SessionInfo): Group[] {
  return groups
    .map((group) => ({ ...group, places: group.places.filter((place) => visible(session, place)) }))
    .filter((group) => group.places.length > 0)
}

function visible(session: SessionInfo, place: Place): boolean {
  if (place.permission && allowed(session, place.permission) === 'no') return false
  const kind = session.principal.kind
  if (place.for === 'staff') return kind !== 'customer'
  if (place.for === 'owners') return kind === 'customer' || kind === 'reseller'
  return true
}

import type {
  Account,
  ActivityEvent,
  DnsRecord,
  Domain,
  FileEntry,
  Job,
  LoginSession,
  Mail,
  Mailbox,
  Notification,
  SessionInfo,
  Visit,
} from '../../../src/api/types'

/** What the stand-in server knows: a small installation with somebody in an account. */

const now = Date.now()
export const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString()
export const inMinutes = (minutes: number) => minutesAgo(-minutes)
export const daysAgo = (days: number) => minutesAgo(days * 1440)

const gigabyte = 1024 ** 3

const can = {
  look_only_because: null,
  impersonate: true,
  impersonate_why_not: null,
  update: true,
  suspend: true,
  disable: true,
  transfer: true,
  delete: true,
  invite: true,
}

const northwind = { id: 'acc_northwind', name: 'Northwind Hosting', kind: 'reseller' as const }
const house = { id: 'acc_house', name: 'Harbour Hosting', kind: 'admin' as const }

function account(part: Partial<Account> & Pick<Account, 'id' | 'name' | 'email'>): Account {
  return {
    kind: 'customer',
    username: part.id.replace('acc_', ''),
    phone: '',
    company: '',
    address: '',
    owner: house,
    plan: { id: 'pln_business', name: 'Business' },
    status: 'active',
    suspended_at: null,
    suspended_reason: '',
    disabled_at: null,
    disabled_reason: '',
    expires_at: null,
    created_at: daysAgo(420),
    updated_at: daysAgo(3),
    primary_domain: null,
    usage: { domains: 3, mailboxes: 12, disk_bytes: 7.4 * gigabyte },
    limits: { domains: 10, mailboxes: 50, disk_bytes: 20 * gigabyte },
    can,
    ...part,
  } as Account
}

export const accounts: Account[] = [
  account({
    id: 'acc_bluedoor',
    name: 'Blue Door Bakery',
    email: 'mila@bluedoor.example',
    primary_domain: 'bluedoor.example',
    company: 'Blue Door Bakery & Café',
    phone: '+44 20 7946 0018',
    address: '4 Harbour Lane\nPlymouth',
  }),
  account({
    id: 'acc_casa',
    name: 'Casa Lumen Studio',
    email: 'office@casalumen.example',
    primary_domain: 'casalumen.example',
    owner: northwind,
    plan: { id: 'pln_start', name: 'Starter' },
  }),
  account({
    id: 'acc_fern',
    name: 'Fern & Field Florists',
    email: 'hello@fernfield.example',
    primary_domain: 'fernfield.example',
    status: 'suspended',
    suspended_at: daysAgo(2),
    suspended_reason: 'Unpaid since March',
  }),
  account({
    ...northwind,
    email: 'ops@northwind.example',
    plan: { id: 'pln_reseller', name: 'Reseller 50' },
  }),
  account({
    id: 'acc_oak',
    name: 'Oak Street Dental',
    email: 'it@oakdental.example',
    primary_domain: 'oakdental.example',
    created_at: daysAgo(900),
  }),
  account({
    id: 'acc_quill',
    name: 'Quill & Co. Translations',
    email: 'desk@quill.example',
    primary_domain: 'quill.example',
    owner: northwind,
  }),
  account({
    id: 'acc_anna',
    name: 'Anna Lind',
    email: 'anna@harbour.example',
    kind: 'support',
    plan: null as never,
    can: { ...can, impersonate: false, impersonate_why_not: 'Staff accounts are not entered.' },
  }),
  account({
    id: 'acc_willow',
    name: 'Willow Yoga',
    email: 'om@willow.example',
    status: 'disabled',
    disabled_at: daysAgo(30),
  }),
]

export const people = {
  admin: {
    person_id: 'per_ada',
    account_id: 'acc_house',
    name: 'Ada Brenner',
    kind: 'admin' as const,
    role: 'admin',
  },
  reseller: {
    person_id: 'per_rolf',
    account_id: 'acc_northwind',
    name: 'Rolf Iversen',
    kind: 'reseller' as const,
    role: 'reseller',
  },
  customer: {
    person_id: 'per_mila',
    account_id: 'acc_bluedoor',
    name: 'Mila Novak',
    kind: 'customer' as const,
    role: 'customer',
  },
}
export type Who = keyof typeof people

const owners =
  'session:view session:manage dashboard:view account:view-usage domain:view domain:manage record:manage mailbox:view mailbox:manage mailbox:set-password file:view file:manage activity:view access-history:view impersonation:end notification:view notification:read password:change operation:view operation:cancel'
const permissions: Record<Who, string> = {
  admin:
    'session:view session:manage dashboard:view account:view account:create account:update account:suspend account:disable account:delete account:transfer account:set-plan account:invite account:view-usage account:impersonate impersonation:view impersonation:end domain:view domain:manage record:manage mailbox:view mailbox:manage activity:view notification:view notification:read mail:view job:view job:manage plan:view password:change operation:view operation:cancel',
  reseller: `${owners} account:view account:create account:update account:suspend account:disable account:delete account:invite account:impersonate impersonation:view plan:view`,
  customer: owners,
}

export function visit(part: Partial<Visit> = {}): Visit {
  return {
    id: 'imp_live',
    state: 'active',
    base_url: '/as/imp_live',
    mode: 'look',
    actor: { id: 'per_anna', name: 'Anna Lind', role: 'support', employer: 'Harbour Hosting' },
    subject: { id: 'acc_bluedoor', name: 'Blue Door Bakery', kind: 'customer' },
    reason_code: 'customer_request',
    reason: 'You wrote that the file manager shows an empty list; I look at what you see.',
    ticket: 'HD-4711',
    informed: 'asked',
    not_told_because: '',
    started_at: minutesAgo(9),
    last_activity_at: minutesAgo(4.2),
    expires_at: inMinutes(51),
    idle_timeout_seconds: 900,
    ended_at: null,
    end_reason: null,
    ended_by: null,
    duration_seconds: null,
    active_seconds: null,
    return_to: '/accounts?q=door',
    change_count: 0,
    view_count: 2,
    blocked_count: 0,
    doing: 'Anna Lind created the mailbox orders@bluedoor.example.',
    summary: '',
    ...part,
  } as Visit
}

export const past: Visit[] = [
  visit({
    id: 'imp_past1',
    state: 'ended',
    mode: 'change',
    actor: { id: 'per_tom', name: 'Tom Okafor', role: 'support', employer: 'Harbour Hosting' },
    reason: 'Set the MX record back as we agreed on the phone.',
    started_at: '2026-03-04T10:00:00Z',
    last_activity_at: '2026-03-04T10:10:00Z',
    ended_at: '2026-03-04T10:25:00Z',
    end_reason: 'idle',
    duration_seconds: 1500,
    active_seconds: 600,
    change_count: 2,
    view_count: 1,
    blocked_count: 1,
  }),
  visit({
    id: 'imp_past2',
    state: 'ended',
    actor: { id: 'per_rolf', name: 'Rolf Iversen', role: 'reseller', employer: 'Northwind Hosting' },
    reason_code: 'onboarding',
    ticket: '',
    informed: 'told',
    reason: 'Looking whether the move of the site is complete.',
    started_at: '2026-01-12T14:02:00Z',
    last_activity_at: '2026-01-12T14:09:00Z',
    ended_at: '2026-01-12T14:09:30Z',
    end_reason: 'stopped',
    duration_seconds: 450,
    active_seconds: 420,
  }),
]

/** Enough visits of late for a picture of the weeks. */
export const lately: Visit[] = [3, 5, 8, 9, 16, 17, 18, 25, 31, 33, 40, 46, 47, 60].map((days, index) =>
  visit({
    ...past[1],
    id: `imp_lately${index}`,
    started_at: daysAgo(days),
    last_activity_at: daysAgo(days - 0.005),
    ended_at: daysAgo(days - 0.006),
    duration_seconds: 520,
    active_seconds: 430,
    change_count: index % 3,
  }),
)

export function sessionOf(who: Who, inside: Visit | null): SessionInfo {
  const person = people[who]
  const own = permissions[who].split(' ')
  const subject = permissions.customer
    .split(' ')
    .filter((each) => !/password|session:manage|notification:read|:end/.test(each))
  const writes = subject.filter((each) => each.endsWith(':manage'))
  return {
    principal: inside
      ? { ...people.customer, person_id: person.person_id, name: inside.subject.name }
      : person,
    account: inside ? inside.subject : { id: person.account_id, name: person.name, kind: person.kind },
    permissions: inside
      ? inside.mode === 'change'
        ? subject
        : subject.filter((each) => !writes.includes(each))
      : own,
    permissions_in_change_mode: inside?.mode === 'look' ? writes : [],
    csrf_token: 'csrf-for-tests',
    session: loginSessions[0],
    support_url: 'https://help.example/',
    impersonation: inside
      ? {
          ...inside,
          actor: { ...inside.actor, id: person.person_id, name: person.name },
          remaining_seconds: 51 * 60,
          idle_remaining_seconds: 900,
        }
      : null,
  } as unknown as SessionInfo
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
export const loginSessions: LoginSession[] = [
  {
    id: 'ses_1',
    current: true,
    started_at: minutesAgo(52),
    last_activity_at: minutesAgo(0),
    ended_at: null,
    end_reason: null,
    duration_seconds: null,
    ip: '192.0.2.7',
    user_agent: firefox,
  },
  {
    id: 'ses_2',
    current: false,
    started_at: minutesAgo(300),
    last_activity_at: minutesAgo(31),
    ended_at: null,
    end_reason: null,
    duration_seconds: null,
    ip: '198.51.100.23',
    user_agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
  },
  {
    id: 'ses_3',
    current: false,
    started_at: daysAgo(2),
    last_activity_at: daysAgo(2),
    ended_at: daysAgo(1.95),
    end_reason: 'idle',
    duration_seconds: 4210,
    ip: '192.0.2.7',
    user_agent: firefox,
  },
].map((session) => ({ ...session, expires_at: inMinutes(600), idle_timeout_seconds: 1800 })) as LoginSession[]

let seq = 900
function event(part: Partial<ActivityEvent> & Pick<ActivityEvent, 'action' | 'sentence'>): ActivityEvent {
  seq -= 1
  return {
    seq,
    at: minutesAgo((900 - seq) * 13),
    actor: { id: 'per_tom', name: 'Tom Okafor', role: 'support', employer: 'Harbour Hosting' },
    subject: { id: 'acc_bluedoor', name: 'Blue Door Bakery' },
    account: { id: 'acc_bluedoor', name: 'Blue Door Bakery' },
    impersonation_id: 'imp_past1',
    object: { kind: 'record', id: 'rec_1', name: 'bluedoor.example MX' },
    before: {},
    after: {},
    result: 'done',
    reason: '',
    ip: '192.0.2.41',
    user_agent: firefox,
    request_id: 'req_0190aa',
    ...part,
  } as ActivityEvent
}

export const events: ActivityEvent[] = [
  event({
    action: 'impersonation.stop',
    sentence: 'Tom Okafor left the account of Blue Door Bakery.',
    after: { end_reason: 'idle', duration_seconds: 1500, active_seconds: 600 },
  }),
  event({
    action: 'record.update',
    sentence: 'Tom Okafor changed the DNS record bluedoor.example MX.',
    before: { value: '10 mail.old.example.', ttl: 3600 },
    after: { value: '10 mail.harbour.example.', ttl: 300 },
  }),
  event({
    action: 'mailbox.create',
    sentence: 'Tom Okafor created the mailbox orders@bluedoor.example.',
    object: { kind: 'mailbox', id: 'mbx_2', name: 'orders@bluedoor.example' },
    after: { address: 'orders@bluedoor.example', quota_bytes: 1073741824 },
  }),
  event({
    action: 'impersonation.blocked',
    result: 'blocked',
    sentence: 'Tom Okafor tried “Set a mailbox password”, which is closed to visitors.',
  }),
  event({
    action: 'impersonation.start',
    sentence:
      'Tom Okafor signed in as Blue Door Bakery: “Set the MX record back as we agreed on the phone.”.',
    reason: 'Set the MX record back as we agreed on the phone.',
  }),
  event({
    action: 'account.update',
    impersonation_id: null,
    sentence: 'Ada Brenner changed the details of the account Blue Door Bakery.',
    actor: { id: 'per_ada', name: 'Ada Brenner', role: 'admin', employer: 'Harbour Hosting' },
    before: { phone: '' },
    after: { phone: '+44 20 7946 0018' },
  }),
  event({
    action: 'session.start',
    impersonation_id: null,
    sentence: 'Mila Novak signed in.',
    actor: { id: 'per_mila', name: 'Mila Novak', role: 'customer', employer: '' },
  }),
  event({
    action: 'account.update',
    impersonation_id: null,
    sentence: 'Eve <b>"x"</b> \u202Eevil changed the details of the account =1+1.',
    actor: { id: 'per_eve', name: 'Eve <b>"x"</b> \u202Eevil', role: 'customer', employer: '' },
  }),
]

export const domains: Domain[] = [
  {
    id: 'dom_1',
    account_id: 'acc_bluedoor',
    name: 'bluedoor.example',
    status: 'active',
    document_root: '/sites/bluedoor.example',
    created_at: daysAgo(400),
  },
  {
    id: 'dom_2',
    account_id: 'acc_bluedoor',
    name: 'bluedoor-catering.example',
    status: 'active',
    document_root: '/sites/bluedoor-catering.example',
    created_at: daysAgo(90),
  },
  {
    id: 'dom_3',
    account_id: 'acc_bluedoor',
    name: 'orders.bluedoor.example',
    status: 'pending',
    document_root: '/sites/orders.bluedoor.example',
    created_at: daysAgo(0),
  },
] as Domain[]

export const records: DnsRecord[] = [
  { id: 'rec_1', name: '@', type: 'A', ttl: 3600, value: '203.0.113.10' },
  { id: 'rec_2', name: '@', type: 'AAAA', ttl: 3600, value: '2001:db8:10::10' },
  { id: 'rec_3', name: 'www', type: 'CNAME', ttl: 3600, value: 'bluedoor.example.' },
  { id: 'rec_4', name: '@', type: 'MX', ttl: 300, value: '10 mail.harbour.example.' },
  { id: 'rec_5', name: '@', type: 'TXT', ttl: 3600, value: 'v=spf1 mx include:_spf.harbour.example -all' },
  {
    id: 'rec_6',
    name: 'k1._domainkey',
    type: 'TXT',
    ttl: 3600,
    value: `v=DKIM1; k=rsa; p=${'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB'.repeat(6)}`,
  },
] as DnsRecord[]

export const mailboxes: Mailbox[] = [
  {
    id: 'mbx_1',
    account_id: 'acc_bluedoor',
    address: 'mila@bluedoor.example',
    status: 'active',
    quota_bytes: 5 * gigabyte,
    used_bytes: 1.7 * gigabyte,
    open_until: null,
    created_at: daysAgo(390),
  },
  {
    id: 'mbx_2',
    account_id: 'acc_bluedoor',
    address: 'orders@bluedoor.example',
    status: 'waiting_for_password',
    quota_bytes: gigabyte,
    used_bytes: 0,
    open_until: null,
    created_at: daysAgo(1),
  },
  {
    id: 'mbx_3',
    account_id: 'acc_bluedoor',
    address: 'hello@bluedoor-catering.example',
    status: 'active',
    quota_bytes: gigabyte,
    used_bytes: 0.94 * gigabyte,
    open_until: null,
    created_at: daysAgo(88),
  },
] as Mailbox[]

export const files: FileEntry[] = [
  { name: 'img', path: 'img', kind: 'folder', size: 0, modified_at: daysAgo(20) },
  { name: 'fonts', path: 'fonts', kind: 'folder', size: 0, modified_at: daysAgo(70) },
  { name: 'index.html', path: 'index.html', kind: 'file', size: 8421, modified_at: daysAgo(1) },
  { name: 'style.css', path: 'style.css', kind: 'file', size: 20_114, modified_at: daysAgo(1) },
  {
    name: 'menu-spring.pdf',
    path: 'menu-spring.pdf',
    kind: 'file',
    size: 2_400_112,
    modified_at: daysAgo(9),
  },
  { name: 'robots.txt', path: 'robots.txt', kind: 'file', size: 64, modified_at: daysAgo(300) },
] as FileEntry[]

export const jobs: Job[] = [
  {
    id: 'job_1',
    task: 'mail.send',
    object_id: 'mal_88',
    state: 'failed',
    created_at: minutesAgo(80),
    due_at: minutesAgo(12),
    attempts: 7,
    last_error: 'dial tcp 192.0.2.25:587: connection refused',
    done_at: null,
    actor: { id: 'per_anna', name: 'Anna Lind' },
    subject: { id: 'acc_bluedoor', name: 'Blue Door Bakery' },
    impersonation_id: 'imp_live',
  },
  {
    id: 'job_2',
    task: 'site.apply',
    object_id: 'dom_3',
    state: 'running',
    created_at: minutesAgo(1),
    due_at: minutesAgo(0),
    attempts: 1,
    last_error: null,
    done_at: null,
    actor: { id: 'per_mila', name: 'Mila Novak' },
    subject: { id: 'acc_bluedoor', name: 'Blue Door Bakery' },
    impersonation_id: null,
  },
  {
    id: 'job_3',
    task: 'session.sweep',
    object_id: '',
    state: 'done',
    created_at: minutesAgo(5),
    due_at: minutesAgo(5),
    attempts: 1,
    last_error: null,
    done_at: minutesAgo(5),
    actor: null,
    subject: null,
    impersonation_id: null,
  },
] as unknown as Job[]

export const mails: Mail[] = [
  {
    id: 'mal_1',
    to: 'mila@bluedoor.example',
    subject: 'Anna Lind is in your account',
    event: 'impersonation.start',
    created_at: minutesAgo(9),
    sent_at: minutesAgo(9),
    attempts: 1,
    last_error: null,
    message_id: '<imp_live.start@harbour.example>',
  },
  {
    id: 'mal_2',
    to: 'om@willow.example',
    subject: 'Your invitation to Harbour Hosting',
    event: 'account.invite',
    created_at: minutesAgo(70),
    sent_at: null,
    attempts: 4,
    last_error: '451 try again later',
    message_id: '<inv_1@harbour.example>',
  },
] as unknown as Mail[]

export const notifications: Notification[] = [
  {
    id: 'ntf_1',
    event: 'impersonation.start',
    text: 'Anna Lind (Support, Harbour Hosting) is in your account: “You wrote that the file manager shows an empty list; I look at what you see.”',
    at: minutesAgo(9),
    read_at: null,
    impersonation_id: 'imp_live',
  },
  {
    id: 'ntf_2',
    event: 'impersonation.stop',
    text: 'Tom Okafor left your account after 25 minutes. 2 things were changed.',
    at: daysAgo(40),
    read_at: daysAgo(39),
    impersonation_id: 'imp_past1',
  },
] as Notification[]

export const plans = [
  { id: 'pln_start', name: 'Starter', limits: { domains: 1, mailboxes: 5, disk_bytes: 2 * gigabyte } },
  { id: 'pln_business', name: 'Business', limits: { domains: 10, mailboxes: 50, disk_bytes: 20 * gigabyte } },
]

const anna = { id: 'per_anna', name: 'Anna Lind' }
const tom = { id: 'per_tom', name: 'Tom Okafor' }

export const weeks = [2, 0, 3, 1, 4, 2, 0, 5, 3, 1].map((visits, index) => ({
  monday: daysAgo(7 * (9 - index)).slice(0, 10),
  visits,
  actors:
    visits > 1
      ? [
          { actor: anna, visits: visits - 1 },
          { actor: tom, visits: 1 },
        ]
      : visits
        ? [{ actor: tom, visits }]
        : [],
}))

export const flags = [
  { flag: 'no_ticket', actor: tom, subject: null, visits: 3, latest_at: daysAgo(1) },
  {
    flag: 'repeated',
    actor: anna,
    subject: { id: 'acc_bluedoor', name: 'Blue Door Bakery' },
    visits: 1,
    latest_at: daysAgo(2),
  },
]

export const savedFilters = [
  { id: 'sfl_1', name: 'Visits of this month', query: 'event=impersonation.start', created_at: daysAgo(3) },
]

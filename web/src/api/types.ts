import type { components } from './schema'

type Schemas = components['schemas']

export type SessionInfo = Schemas['SessionInfo']
export type SessionVisit = NonNullable<SessionInfo['impersonation']>
export type LoginSession = Schemas['LoginSession']
export type Account = Schemas['Account']
export type AccountKind = Account['kind']
export type Plan = Schemas['Plan']
export type Visit = Schemas['Visit']
export type AccessVisit = Schemas['AccessVisit']
export type ActivityEvent = Schemas['Event']
export type Job = Schemas['Job']
export type Mail = Schemas['Mail']
export type Notification = Schemas['Notification']
export type Domain = Schemas['Domain']
export type DnsRecord = Schemas['Record']
export type Mailbox = Schemas['Mailbox']
export type FileEntry = Schemas['FileEntry']
export type Dashboard = Schemas['Dashboard']
export type Mode = 'look' | 'change'

import type { components } from './schema'

/**
 * Lists says of a list that it is one: the API answers an empty list where there is nothing,
 * while its description cannot promise that a list is never null.
 */
export type Lists<T> = T extends readonly (infer Each)[]
  ? Lists<Each>[]
  : T extends object
    ? {
        [Name in keyof T]: Lists<Extract<T[Name], readonly unknown[]>> extends never
          ? Lists<T[Name]>
          : Lists<NonNullable<T[Name]>>
      }
    : T

type Schemas = components['schemas']

export type SessionInfo = Lists<Schemas['SessionInfo']>
export type SessionVisit = NonNullable<SessionInfo['impersonation']>
export type LoginSession = Schemas['LoginSession']
export type SecondFactor = Schemas['SecondFactor']
export type ApiToken = Lists<Schemas['Token']>
export type MadeToken = Lists<Schemas['MadeToken']>
export type SsoQuestion = Schemas['SSOQuestion']
export type NewTOTP = Schemas['NewTOTP']
export type Passkey = Schemas['Passkey']
export type PasskeyRequest = Schemas['PasskeyRequest']
export type PasskeySupport = Schemas['PasskeySupport']
export type Account = Lists<Schemas['Account']>
export type AccountKind = Account['kind']
export type Plan = Schemas['Plan']
export type Visit = Lists<Schemas['Impersonation']>
export type AccessVisit = Lists<Schemas['AccessVisit']>
export type AccessVisitDetail = Lists<Schemas['AccessVisitDetail']>
export type AccessRequest = Schemas['AccessRequest']
export type ActivityEvent = Lists<Schemas['Event']>
export type OperationStatus = Schemas['OperationStatus']
export type VisitWeek = Lists<Schemas['VisitWeek']>
export type VisitFlag = Schemas['VisitFlag']
export type Role = Lists<Schemas['Role']>
export type StaffMember = Schemas['StaffMember']
export type Job = Schemas['Job']
export type RecordShipping = Schemas['RecordShipping']
export type Mail = Schemas['Mail']
export type Notification = Schemas['Notification']
export type NoticeMail = Lists<Schemas['NotificationMail']>
export type NoticeTemplate = Lists<Schemas['NotificationTemplate']>
export type MailPlaceholder = Schemas['MailPlaceholder']
export type NoticeSettings = Lists<Schemas['NotificationSettings']>
export type Colleague = Schemas['Colleague']
export type Domain = Schemas['Domain']
export type DnsRecord = Schemas['DNSRecord']
export type Mailbox = Schemas['Mailbox']
export type MessageHead = Lists<Schemas['MessageHead']>
export type MailMessage = Lists<Schemas['MailMessage']>
export type FileEntry = Schemas['FileEntry']
export type Dashboard = Lists<Schemas['Dashboard']>
export type Mode = 'look' | 'change'

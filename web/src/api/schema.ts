/** The HTTP surface, written by hand until the server's own description is there to generate it from. */
export interface components {
  schemas: {
    Named: { id: string; name: string }
    Person: { id: string; name: string; role: string }
    Worker: { id: string; name: string; role: string; employer?: string }
    Owner: { id: string; name: string; kind: Kind }
    Principal: { kind: Kind; person_id: string; account_id: string; name: string; role: string }
    Amounts: { domains: number; mailboxes: number; disk_bytes: number }
    Limits: { domains: number | null; mailboxes: number | null; disk_bytes: number | null }
    SessionVisit: {
      id: string
      state: string
      mode: Mode
      actor: components['schemas']['Person']
      subject: components['schemas']['Owner']
      reason_code: string
      reason: string
      ticket?: string | null
      started_at: string
      expires_at: string
      idle_timeout_seconds: number
      remaining_seconds: number
      idle_remaining_seconds: number
      base_url: string
      return_to?: string | null
    }
    SessionInfo: {
      principal: components['schemas']['Principal']
      account: { id: string; name: string; kind: Kind }
      permissions: string[]
      permissions_in_change_mode?: string[] | null
      csrf_token: string
      session: { id: string; expires_at: string; idle_timeout_seconds: number }
      support_url?: string | null
      impersonation: components['schemas']['SessionVisit'] | null
    }
    LoginSession: {
      id: string
      current: boolean
      started_at: string
      last_activity_at: string
      ended_at: string | null
      end_reason: string | null
      duration_seconds: number | null
      ip: string
      user_agent: string
    }
    Account: {
      id: string
      kind: Kind
      name: string
      email: string
      username: string | null
      phone: string
      company: string
      address: string
      owner: components['schemas']['Owner'] | null
      plan: components['schemas']['Named'] | null
      status: 'active' | 'suspended' | 'disabled' | 'deleted'
      suspended_at: string | null
      suspended_reason: string | null
      disabled_at: string | null
      expires_at: string | null
      created_at: string
      updated_at: string
      primary_domain: string | null
      usage: components['schemas']['Amounts']
      limits: components['schemas']['Limits']
      can: {
        impersonate: boolean
        impersonate_why_not: string | null
        update: boolean
        suspend: boolean
        disable: boolean
        transfer: boolean
        delete: boolean
        invite: boolean
      }
    }
    Plan: { id: string; name: string; limits: components['schemas']['Limits'] }
    Visit: {
      id: string
      state: 'active' | 'ended'
      base_url: string
      mode: Mode
      actor: components['schemas']['Worker']
      subject: components['schemas']['Owner']
      reason_code: string
      reason: string
      ticket: string | null
      informed: Informed
      not_told_because: string | null
      started_at: string
      last_activity_at: string
      expires_at: string
      idle_timeout_seconds: number
      ended_at: string | null
      end_reason: string | null
      ended_by: { kind: string; id: string; name: string } | null
      duration_seconds: number | null
      active_seconds: number | null
      return_to: string | null
      change_count: number
      view_count: number
      blocked_count: number
      summary: string
    }
    AccessVisit: components['schemas']['Visit'] & { running: boolean }
    Thing: { kind: string; id: string; name: string }
    Event: {
      seq: number
      at: string
      action: string
      actor: components['schemas']['Worker']
      subject: components['schemas']['Named'] | null
      account: components['schemas']['Named'] | null
      impersonation_id: string | null
      object: components['schemas']['Thing'] | null
      before: unknown
      after: unknown
      result: string
      reason: string | null
      ip: string
      user_agent: string
      request_id: string
      sentence: string
    }
    Job: {
      id: string
      task: string
      object_id: string
      state: 'waiting' | 'running' | 'done' | 'failed'
      created_at: string
      due_at: string
      attempts: number
      last_error: string | null
      done_at: string | null
      actor: components['schemas']['Named'] | null
      subject: components['schemas']['Named'] | null
      impersonation_id: string | null
    }
    Mail: {
      id: string
      to: string
      subject: string
      event: string
      created_at: string
      sent_at: string | null
      attempts: number
      last_error: string | null
      message_id: string
    }
    Notification: {
      id: string
      event: string
      text: string
      at: string
      read_at: string | null
      impersonation_id: string | null
    }
    Domain: {
      id: string
      account_id: string
      name: string
      status: 'pending' | 'active'
      document_root: string
      created_at: string
    }
    Record: { id: string; name: string; type: RecordType; ttl: number; value: string }
    Mailbox: {
      id: string
      account_id: string
      address: string
      status: 'waiting_for_password' | 'active'
      quota_bytes: number | null
      used_bytes: number
      created_at: string
    }
    FileEntry: { name: string; path: string; kind: 'file' | 'folder'; size: number; modified_at: string }
    Dashboard: {
      accounts: { total: number; active: number; suspended: number; disabled: number } | null
      visits_running: number
      jobs: { waiting: number; failed: number } | null
      usage: components['schemas']['Amounts']
      limits: components['schemas']['Limits']
      last_visit: components['schemas']['AccessVisit'] | null
    }
    Problem: {
      type?: string
      title?: string
      status?: number
      detail?: string
      instance?: string
      code?: string
      request_id?: string
      errors?: { pointer?: string; code?: string; detail?: string }[] | null
    }
  }
}
type Kind = 'admin' | 'support' | 'reseller' | 'customer'
type Mode = 'look' | 'change'
type Informed = 'asked' | 'told' | 'not_told'
type RecordType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'SRV' | 'CAA' | 'NS'
type S = components['schemas']
type Json<T> = { content: { 'application/json': T } }
type Failure = { headers: { [name: string]: unknown }; content: { 'application/problem+json': S['Problem'] } }
type Answer<T> = { headers: { [name: string]: unknown } } & Json<T>
type Nothing = { headers: { [name: string]: unknown }; content?: never }
interface Op<Result, Path = never, Query = never, Body = never, Header = never> {
  parameters: {
    query?: [Query] extends [never] ? never : Query
    header?: [Header] extends [never] ? never : Header
    path?: [Path] extends [never] ? never : Path
    cookie?: never
  } & ([Path] extends [never] ? unknown : { path: Path })
  requestBody?: [Body] extends [never] ? never : Json<Body>
  responses: { 200: [Result] extends [never] ? Nothing : Answer<Result>; default: Failure }
}
type Page = { cursor?: string; page_size?: number }
type Id = { id: string }
type List<Name extends string, T> = { [K in Name]: T[] } & { next_cursor: string | null }

export interface paths {
  '/session': {
    get: Op<S['SessionInfo']>
    post: Op<S['SessionInfo'], never, never, { login: string; password: string }>
    delete: Op<never>
  }
  '/sessions': { get: Op<List<'sessions', S['LoginSession']>, never, Page> }
  '/sessions/{id}': { delete: Op<never, Id> }
  '/accounts': {
    get: Op<
      List<'accounts', S['Account']> & { hidden_disabled: number },
      never,
      Page & { q?: string; status?: string; kind?: string; owner_id?: string; sort?: string }
    >
    post: Op<
      S['Account'],
      never,
      never,
      {
        kind: Kind
        name: string
        email: string
        username?: string
        plan_id?: string
        owner_id?: string
        phone?: string
        company?: string
        address?: string
      }
    >
  }
  '/accounts/{id}': {
    get: Op<S['Account'], Id>
    patch: Op<
      S['Account'],
      Id,
      never,
      {
        name?: string
        email?: string
        phone?: string
        company?: string
        address?: string
        plan_id?: string
        expires_at?: string | null
      },
      { 'If-Match'?: string }
    >
    delete: Op<never, Id>
  }
  '/accounts/{id}/suspend': { post: Op<S['Account'], Id, never, { reason: string }> }
  '/accounts/{id}/unsuspend': { post: Op<S['Account'], Id> }
  '/accounts/{id}/disable': { post: Op<S['Account'], Id, never, { reason?: string }> }
  '/accounts/{id}/enable': { post: Op<S['Account'], Id> }
  '/accounts/{id}/transfer': { post: Op<S['Account'], Id, never, { owner_id: string }> }
  '/accounts/{id}/invitation': { post: Op<never, Id> }
  '/plans': { get: Op<List<'plans', S['Plan']>, never, Page> }
  '/invitations/accept': { post: Op<never, never, never, { token: string; password: string }> }
  '/dashboard': { get: Op<S['Dashboard']> }
  '/me/password': { put: Op<never, never, never, { current_password: string; new_password: string }> }
  '/impersonations': {
    get: Op<
      List<'impersonations', S['Visit']>,
      never,
      Page & { state?: 'active' | 'ended'; account_id?: string; actor_id?: string }
    >
    post: Op<
      S['Visit'],
      never,
      never,
      {
        account_id: string
        reason_code: string
        reason: string
        ticket?: string
        mode: Mode
        informed: Informed
        not_told_because?: string
        return_to?: string
        supersede?: boolean
      }
    >
  }
  '/impersonations/{id}': { get: Op<S['Visit'], Id> }
  '/impersonations/{id}/end': { post: Op<{ ended_at: string; end_reason: string }, Id> }
  '/me/access-history': {
    get: Op<
      { visits: S['AccessVisit'][]; direct_changes: S['Event'][]; next_cursor: string | null },
      never,
      Page
    >
  }
  '/me/access-history/{id}': {
    get: Op<
      S['AccessVisit'] & { changes: S['Event'][]; views: S['Event'][]; blocked: S['Event'][] },
      Id
    >
  }
  '/activity': {
    get: Op<
      List<'events', S['Event']>,
      never,
      Page & {
        event?: string
        actor_id?: string
        subject_id?: string
        account_id?: string
        impersonation_id?: string
        from?: string
        to?: string
        q?: string
      }
    >
  }
  '/notifications': {
    get: Op<List<'notifications', S['Notification']> & { unread: number }, never, Page & { unread?: boolean }>
  }
  '/notifications/{id}/read': { post: Op<never, Id> }
  '/mails': { get: Op<List<'mails', S['Mail']>, never, Page> }
  '/mails/{id}': { get: Op<S['Mail'] & { text: string }, Id> }
  '/jobs': { get: Op<List<'jobs', S['Job']>, never, Page> }
  '/jobs/{id}/retry': { post: Op<never, Id> }
  '/domains': {
    get: Op<List<'domains', S['Domain']>, never, Page & { account_id?: string; q?: string }>
    post: Op<S['Domain'], never, never, { name: string; account_id?: string }>
  }
  '/domains/{id}': { get: Op<S['Domain'], Id>; delete: Op<never, Id> }
  '/domains/{id}/records': {
    get: Op<List<'records', S['Record']>, Id, Page>
    post: Op<S['Record'], Id, never, { name: string; type: RecordType; ttl: number; value: string }>
  }
  '/domains/{id}/records/{record_id}': {
    put: Op<
      S['Record'],
      Id & { record_id: string },
      never,
      { name: string; type: RecordType; ttl: number; value: string }
    >
    delete: Op<never, Id & { record_id: string }>
  }
  '/mailboxes': {
    get: Op<List<'mailboxes', S['Mailbox']>, never, Page & { account_id?: string; q?: string }>
    post: Op<
      S['Mailbox'],
      never,
      never,
      { address: string; password?: string; quota_bytes?: number; account_id?: string }
    >
  }
  '/mailboxes/{id}': {
    get: Op<S['Mailbox'], Id>
    patch: Op<S['Mailbox'], Id, never, { quota_bytes?: number | null }>
    delete: Op<never, Id>
  }
  '/mailboxes/{id}/password': { put: Op<never, Id, never, { password: string }> }
  '/files': {
    get: Op<List<'entries', S['FileEntry']> & { path: string }, never, Page & { path: string }>
  }
  '/files/folder': { post: Op<never, never, never, { path: string }> }
  '/files/rename': { post: Op<never, never, never, { from: string; to: string }> }
  '/files/delete': { post: Op<{ deleted: string[] }, never, never, { paths: string[] }> }
}

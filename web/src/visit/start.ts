import type { AccountKind, Mode } from '../api/types'
import { reasonMax, reasonReady } from './reason'

export const reasonCodes = [
  'customer_request',
  'onboarding',
  'verify_configuration',
  'training',
  'audit',
  'incident',
  'abuse',
  'other',
] as const

export type ReasonCode = (typeof reasonCodes)[number]

/** Why is what the customer reads of why somebody comes. */
export interface Why {
  code: ReasonCode
  reason: string
  ticket: string
}

export const emptyWhy: Why = { code: 'customer_request', reason: '', ticket: '' }

/** Start is what the dialog has gathered so far. */
export interface Start extends Why {
  informed: 'asked' | 'told' | 'not_told' | ''
  because: string
  /** For colleagues: the customer never reads it. */
  note: string
  mode: Mode
  /** A reseller's account reaches many: that is confirmed by itself. */
  acknowledged: boolean
}

export const emptyStart: Start = {
  ...emptyWhy,
  informed: '',
  because: '',
  note: '',
  mode: 'look',
  acknowledged: false,
}

/** mayStayUntold: only where telling first would spoil what the visit is for. */
export function mayStayUntold(code: ReasonCode): boolean {
  return code === 'incident' || code === 'abuse' || code === 'audit'
}

/** startProblems names every part that is still missing, in the order of the dialog. */
export function startProblems(start: Start, kind: AccountKind): (keyof Start)[] {
  const missing: (keyof Start)[] = []
  const untold = start.informed === 'not_told'
  if (kind === 'reseller' && !start.acknowledged) missing.push('acknowledged')
  if (!reasonReady(start.reason)) missing.push('reason')
  if (start.informed === '' || (untold && !mayStayUntold(start.code))) missing.push('informed')
  else if (untold && !reasonReady(start.because)) missing.push('because')
  return missing
}

/** whyBody is how a Why is sent. */
export function whyBody({ code, reason, ticket }: Why) {
  return { reason_code: code, reason: reason.trim(), ...(ticket.trim() ? { ticket: ticket.trim() } : {}) }
}

/**
 * prefillOf reads what a help desk's link says of why somebody comes. The address is a stranger's: only words
 * are taken from it, on one line and not too many, and what cannot be seen is left out.
 */
export function prefillOf(search: { reason?: string; reason_code?: string; ticket?: string }): Partial<Why> {
  const why: Partial<Why> = {}
  const code = reasonCodes.find((known) => known === search.reason_code)
  const reason = plain(search.reason ?? '', reasonMax)
  const ticket = plain(search.ticket ?? '', ticketMax)
  if (code) why.code = code
  if (reason) why.reason = reason
  if (ticket) why.ticket = ticket
  return why
}

const ticketMax = 100

function plain(text: string, most: number): string {
  const visible = text.replace(/\s+/gu, ' ').replace(/\p{C}/gu, '').trim()
  return [...visible].slice(0, most).join('')
}

/** startBody is the request a complete Start becomes. */
export function startBody(start: Start, accountId: string, returnTo: string, supersede: boolean) {
  const note = start.note.trim()
  return {
    account_id: accountId,
    ...whyBody(start),
    mode: start.mode,
    informed: start.informed as 'asked' | 'told' | 'not_told',
    return_to: returnTo,
    ...(note ? { note } : {}),
    ...(start.informed === 'not_told' ? { not_told_because: start.because.trim() } : {}),
    ...(supersede ? { supersede: true } : {}),
  }
}

import type { AccountKind, Mode } from '../api/types'
import { reasonReady } from './reason'

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

/** Start is what the dialog has gathered so far. */
export interface Start {
  code: ReasonCode
  reason: string
  ticket: string
  informed: 'asked' | 'told' | 'not_told' | ''
  because: string
  /** For colleagues: the customer never reads it. */
  note: string
  mode: Mode
  /** A reseller's account reaches many: that is confirmed by itself. */
  acknowledged: boolean
}

export const emptyStart: Start = {
  code: 'customer_request',
  reason: '',
  ticket: '',
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

/** startBody is the request a complete Start becomes. */
export function startBody(start: Start, accountId: string, returnTo: string, supersede: boolean) {
  const ticket = start.ticket.trim()
  const note = start.note.trim()
  return {
    account_id: accountId,
    reason_code: start.code,
    reason: start.reason.trim(),
    mode: start.mode,
    informed: start.informed as 'asked' | 'told' | 'not_told',
    return_to: returnTo,
    ...(ticket ? { ticket } : {}),
    ...(note ? { note } : {}),
    ...(start.informed === 'not_told' ? { not_told_because: start.because.trim() } : {}),
    ...(supersede ? { supersede: true } : {}),
  }
}

import type { Account } from '../../api/types'

/** Values are what the form of an account holds: words, empty where the account has nothing. */
export interface Values {
  name: string
  email: string
  phone: string
  company: string
  address: string
  plan_id: string
  /** The last day, as the field of a date writes it: "2026-12-31". */
  expires_at: string
}

export function valuesOf(account: Account): Values {
  return {
    name: account.name,
    email: account.email,
    phone: account.phone ?? '',
    company: account.company ?? '',
    address: account.address ?? '',
    plan_id: account.plan?.id ?? '',
    expires_at: account.expires_at?.slice(0, 10) ?? '',
  }
}

/** expiryOf turns the day of a date field into the instant at which that day ends, in UTC. */
export function expiryOf(day: string): string {
  return `${day}T23:59:59Z`
}

/**
 * changed returns only what differs from the account: what nobody touched is not written back.
 * A day of expiry can be moved, not taken away: an empty one is left out.
 */
export function changed(account: Account, values: Values): Partial<Values> {
  const before = valuesOf(account)
  const body: Partial<Values> = {}
  for (const key of Object.keys(before) as (keyof Values)[]) {
    const value = values[key].trim()
    if (value === before[key].trim() || (key === 'expires_at' && value === '')) continue
    body[key] = key === 'expires_at' ? expiryOf(value) : value
  }
  return body
}

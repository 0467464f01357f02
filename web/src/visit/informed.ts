import type { Visit } from '../api/types'
import { maybe } from '../i18n'

/** informedWords says whether the customer knew, as it is put to the customer or among staff. */
export function informedWords(
  visit: Pick<Visit, 'informed' | 'not_told_because'>,
  reader: 'customer' | 'staff',
): string {
  const room = reader === 'customer' ? 'informed' : 'informedStaff'
  return maybe('visit', `${room}.${visit.informed}`, { because: visit.not_told_because ?? '' }) ?? ''
}

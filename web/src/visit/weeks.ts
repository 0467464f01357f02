/** Week is how many visits began in the seven days from a Monday on. */
export interface Week {
  /** The Monday, "2026-03-02", on this computer's calendar. */
  monday: string
  visits: number
}

/** mondayOf returns the beginning of the week an instant lies in, here. */
export function mondayOf(at: Date): Date {
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate())
  day.setDate(day.getDate() - ((day.getDay() + 6) % 7))
  return day
}

/** perWeek counts the visits of the last weeks, the present one included; weeks without any are there too. */
export function perWeek(startedAt: readonly string[], weeks: number, now: Date): Week[] {
  const last = mondayOf(now)
  const counted = Array.from({ length: weeks }, (_, index) => {
    const monday = new Date(last)
    monday.setDate(monday.getDate() - 7 * (weeks - 1 - index))
    return { monday: dayOf(monday), visits: 0 }
  })
  for (const at of startedAt) {
    const week = counted.find((each) => each.monday === dayOf(mondayOf(new Date(at))))
    if (week) week.visits += 1
  }
  return counted
}

function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/**
 * whole drops the weeks that a list ends in: where only the newest visits are known, the oldest week
 * among them would show fewer than there were.
 */
export function whole(weeks: readonly Week[], oldestKnown: string | null): Week[] {
  if (oldestKnown === null) return [...weeks]
  const cut = dayOf(mondayOf(new Date(oldestKnown)))
  return weeks.filter((week) => week.monday > cut)
}

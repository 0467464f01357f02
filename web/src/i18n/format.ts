import { locale } from '.'
import { common } from './common'

/** since returns the whole seconds between two instants, never negative. */
export function since(from: string | number | Date, now: number = Date.now()): number {
  return Math.max(0, Math.floor((now - new Date(from).getTime()) / 1000))
}

/** duration says a length of time in words: "25 minutes", "1 hour 10 minutes", "2 days 3 hours". */
export function duration(seconds: number): string {
  const t = common.t()
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return t('time.seconds', { count: whole })
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return two(t('time.minutes', { count: minutes }), whole % 60, 'time.seconds')
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return two(t('time.hours', { count: hours }), minutes % 60, 'time.minutes')
  return two(t('time.days', { count: Math.floor(hours / 24) }), hours % 24, 'time.hours')
}

function two(first: string, rest: number, key: 'time.seconds' | 'time.minutes' | 'time.hours'): string {
  const t = common.t()
  return rest === 0 ? first : t('time.and', { first, second: t(key, { count: rest }) })
}

/** timeLeft says what is left of a visit: minutes rounded up, seconds in the last minute. */
export function timeLeft(seconds: number): string {
  const t = common.t()
  if (seconds <= 0) return t('time.over')
  if (seconds <= 60) return t('time.leftUnderMinute', { count: Math.ceil(seconds) })
  return t('time.leftMinutes', { count: Math.ceil(seconds / 60) })
}

/** ago says how long ago something was: "4 minutes ago". */
export function ago(at: string, now: number = Date.now()): string {
  const seconds = since(at, now)
  if (seconds < 45) return common.t()('time.now')
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  if (seconds < 3600) return format.format(-Math.max(1, Math.round(seconds / 60)), 'minute')
  if (seconds < 86_400) return format.format(-Math.round(seconds / 3600), 'hour')
  if (seconds < 86_400 * 30) return format.format(-Math.round(seconds / 86_400), 'day')
  return dateOnly(at)
}

/** moment writes an instant with day and time, leaving out what is the same as now. */
export function moment(at: string, now: Date = new Date()): string {
  const then = new Date(at)
  const sameYear = then.getFullYear() === now.getFullYear()
  if (then.toDateString() === now.toDateString()) return clock(at)
  return format(then, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
}

/** exactly writes an instant in full, for tooltips and records. */
export function exactly(at: string): string {
  return format(new Date(at), { dateStyle: 'full', timeStyle: 'long', hourCycle: 'h23' })
}

/** clock writes the time of day: "10:25". */
export function clock(at: string): string {
  return format(new Date(at), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

export function dateOnly(at: string): string {
  return format(new Date(at), { day: 'numeric', month: 'short', year: 'numeric' })
}

function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  return Number.isNaN(at.getTime()) ? '' : new Intl.DateTimeFormat(locale(), options).format(at)
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** bytes writes a size: "1.5 MB". Steps of 1024, as disks are sold to customers here. */
export function bytes(size: number): string {
  let value = Math.max(0, size)
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: units[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value)
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value)
}

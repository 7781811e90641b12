/** Days and periods of the calendar in Vietnam, as yyyy-mm-dd. Pure. */
import type { PeriodKind } from './contract.ts'

const DAY_MS = 86_400_000

export interface Period {
  kind: PeriodKind
  from: string
  until: string
}

export const addDays = (day: string, n: number): string => new Date(Date.parse(day) + n * DAY_MS).toISOString().slice(0, 10)

/** Days from the first to the last, both included; 0 when the last is before the first. */
export const daysBetween = (from: string, until: string): number =>
  Math.max(0, Math.round((Date.parse(until) - Date.parse(from)) / DAY_MS) + 1)

/** A real day, not only written like one. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text

/** The week (Monday to Sunday) or month a day lies in. */
export function periodOf(kind: Exclude<PeriodKind, 'days'>, day: string): { from: string; until: string } {
  if (kind === 'week') {
    const monday = addDays(day, -((new Date(Date.parse(day)).getUTCDay() + 6) % 7))
    return { from: monday, until: addDays(monday, 6) }
  }
  const from = `${day.slice(0, 7)}-01`
  return { from, until: addDays(`${addDays(from, 31).slice(0, 7)}-01`, -1) }
}

/** The last week or month that was over when `today` began. */
export function lastOver(kind: Exclude<PeriodKind, 'days'>, today: string): { from: string; until: string } {
  return periodOf(kind, addDays(periodOf(kind, today).from, -1))
}

/**
 * Days and moments as people and nodes write them: really there in the calendar, and within what a record of care can
 * be about. `Date.parse` takes 31 February for 3 March, and zones no clock on earth shows.
 */
const YEAR_MS = 366 * 86_400_000

/** A record may come late, after years without a line even; what is said to be older is a slip of the keyboard. */
const LATE_MS = 10 * YEAR_MS

const INSTANT = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-](\d{2}):(\d{2}))$/

/** yyyy-mm-dd of a day that is in the calendar. */
export function isDay(text: string | undefined): text is string {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** A moment with its zone, on a real day. */
export function isMoment(text: string): boolean {
  const m = INSTANT.exec(text)
  return m !== null && isDay(text.slice(0, 10)) && Number(m[4] ?? 0) <= 14 && Number(m[5] ?? 0) <= 59 && !Number.isNaN(Date.parse(text))
}

/** The clocks of one house differ by minutes. */
export const AHEAD_MS = 5 * 60_000

/** Whether a real moment is one a record may speak of now: at most so far ahead, at most ten years back. */
export function isWithin(text: string, now: Date, aheadMs: number): boolean {
  const at = Date.parse(text)
  return isMoment(text) && at <= now.getTime() + aheadMs && at >= now.getTime() - LATE_MS
}

/** The last day somebody may be told to come on: no slip and no programme of care looks further than two years. */
export const lastDay = (today: string): string => `${Number(today.slice(0, 4)) + 2}${today.slice(4)}`

/** A date of birth as exact as it is known, of somebody who can be alive: year, year and month, or a day. */
export function isBirthDate(text: string, now: Date): boolean {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? []
  if (!year || !isDay(`${year}-${month ?? '01'}-${day ?? '01'}`)) return false
  const latest = new Date(now.getTime() + 86_400_000).toISOString()
  return text <= latest.slice(0, text.length) && Number(year) >= now.getUTCFullYear() - 130
}

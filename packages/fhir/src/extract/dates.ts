/** FHIR dates as ranges of milliseconds. A partial date is the whole day, month or year in the site's zone. */

/** Bounds used for open periods (0001-01-01 to 9999-12-31). They fit PostgreSQL's timestamptz and JavaScript's Date. */
export const EARLIEST = -62_135_596_800_000
export const LATEST = 253_402_300_799_999

/** Vietnam has one zone, without summer time. */
export const DEFAULT_ZONE = '+07:00'

/** Both ends inclusive, in milliseconds since 1970. */
export interface DateRange {
  lo: number
  hi: number
}

const PATTERN = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,})\d*)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

/** Minutes east of UTC of `Z` or `±hh:mm`. */
export function zoneMinutes(zone: string): number {
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return zone.startsWith('-') ? -minutes : minutes
}

/** Milliseconds of a UTC calendar time; years below 100 are taken as they are. */
function utc(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (year >= 100) return Date.UTC(year, month, day, hour, minute, second)
  return Date.UTC(year + 400, month, day, hour, minute, second) - 12_622_780_800_000
}

function timed(m: RegExpExecArray, zone: string): DateRange {
  const second = m[6] === undefined ? undefined : Number(m[6])
  const start =
    utc(Number(m[1]), Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), second ?? 0) - zoneMinutes(m[8] ?? zone) * 60_000
  if (second === undefined) return { lo: start, hi: start + 59_999 }
  const fraction = m[7]
  if (fraction === undefined) return { lo: start, hi: start + 999 }
  const lo = start + Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6)
  const width = fraction.length === 1 ? 100 : fraction.length === 2 ? 10 : 1
  return { lo, hi: lo + width - 1 }
}

/**
 * The range a date, dateTime, instant or search date stands for.
 * Takes the text and the zone of times without one; gives undefined when the text is no date.
 */
export function dateRange(text: string, zone: string = DEFAULT_ZONE): DateRange | undefined {
  const m = PATTERN.exec(text)
  if (!m) return undefined
  if (m[4] !== undefined) return timed(m, zone)
  const shift = zoneMinutes(zone) * 60_000
  const year = Number(m[1])
  if (m[2] === undefined) return { lo: utc(year, 0, 1, 0, 0, 0) - shift, hi: utc(year + 1, 0, 1, 0, 0, 0) - shift - 1 }
  const month = Number(m[2]) - 1
  if (m[3] === undefined) return { lo: utc(year, month, 1, 0, 0, 0) - shift, hi: utc(year, month + 1, 1, 0, 0, 0) - shift - 1 }
  const lo = utc(year, month, Number(m[3]), 0, 0, 0) - shift
  return { lo, hi: lo + 86_399_999 }
}

/** First millisecond of a date text; undefined when it is none. */
export function startOf(text: unknown, zone: string = DEFAULT_ZONE): number | undefined {
  return typeof text === 'string' ? dateRange(text, zone)?.lo : undefined
}

/** Whether a period's start does not come after its end (true when either is missing or no date). */
export function periodOrder(start: unknown, end: unknown): boolean {
  if (typeof start !== 'string' || typeof end !== 'string') return true
  const first = dateRange(start)
  const last = dateRange(end)
  return !first || !last || first.lo <= last.hi
}

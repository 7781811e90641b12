/**
 * Dates of the claim tables ⇄ FHIR. Everything is Vietnamese time, `+07:00`; nothing is computed with the zone of
 * the machine. Unknown parts are written 0000 in the claim and become partial FHIR dates, never 01/01.
 */

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1800 || year > 2200 || month < 1 || month > 12 || day < 1) return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (month === 2 && !leap ? 28 : (DAYS[month - 1] ?? 0))
}

/** `yyyymmdd` of a day that exists. */
export const isClaimDate = (text: string): boolean =>
  /^\d{8}$/.test(text) && isDay(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6, 8)))

/** `yyyymmddHHMM` of a minute that exists. */
export const isClaimTime = (text: string): boolean =>
  /^\d{12}$/.test(text) && isClaimDate(text.slice(0, 8)) && Number(text.slice(8, 10)) < 24 && Number(text.slice(10, 12)) < 60

/** `20260805` → `2026-08-05`; undefined when it is no day. */
export function claimDateToFhir(text: string): string | undefined {
  return isClaimDate(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}` : undefined
}

/** `202608051000` → `2026-08-05T10:00:00+07:00`; eight characters give a date; undefined when it is no time. */
export function claimTimeToFhir(text: string): string | undefined {
  if (text.length === 8) return claimDateToFhir(text)
  return isClaimTime(text) ? `${claimDateToFhir(text.slice(0, 8))}T${text.slice(8, 10)}:${text.slice(10, 12)}:00+07:00` : undefined
}

/**
 * NGAY_SINH → FHIR date, partial when day or month is written 00 (`195800000000` → `1958`); undefined when unreadable.
 * The hour of birth, when known, is given separately by `claimBirthTime`.
 */
export function claimBirthToFhir(text: string): string | undefined {
  if (!/^\d{8}(\d{4})?$/.test(text)) return undefined
  const [year, month, day] = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)]
  if (month === '00') return isDay(Number(year), 1, 1) ? year : undefined
  if (day === '00') return isDay(Number(year), Number(month), 1) ? `${year}-${month}` : undefined
  return claimDateToFhir(text.slice(0, 8))
}

/** Time of birth when hour and minute are known (not 0000). */
export function claimBirthTime(text: string): string | undefined {
  return text.length === 12 && text.slice(8) !== '0000' ? claimTimeToFhir(text) : undefined
}

/** FHIR date or dateTime in +07:00 → `yyyymmddHHMM`, missing parts as zeros. Throws on another zone. */
export function fhirToClaimTime(text: string): string {
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(\+07:00))?)?)?$/.exec(text)
  if (!parts) throw new Error('not a FHIR date in +07:00')
  return parts
    .slice(1, 6)
    .map((part, i) => part ?? (i === 0 ? '' : '00'))
    .join('')
}

/** FHIR date or dateTime → `yyyymmdd`. */
export const fhirToClaimDate = (text: string): string => fhirToClaimTime(text).slice(0, 8)

/** `2026-08-05T10:00:00+07:00` → `10:00 05/08/2026`, partial dates as far as they go. For papers and texts. */
export function printDate(text: string): string {
  const [date = '', time] = text.split('T')
  const day = date.split('-').reverse().join('/')
  return time ? `${time.slice(0, 5)} ${day}` : day
}

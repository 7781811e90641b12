import { currentLanguage } from '../text/index.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

function pieces(instant: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(instant).map((p) => [p.type, p.value]))
}

/** FHIR date or dateTime, partial too, as Vietnamese papers write it: `1958`, `08/2026`, `05/08/2026`, `05/08/2026 10:32`. */
export function when(value: string | undefined): string {
  if (!value) return ''
  if (value.length <= 10) return value.split('-').reverse().join('/')
  const instant = new Date(value)
  if (Number.isNaN(instant.getTime())) return value
  const p = pieces(instant)
  return `${p.day}/${p.month}/${p.year} ${p.hour}:${p.minute}`
}

/** Date only. */
export function day(value: string | undefined): string {
  return when(value).slice(0, 10)
}

/** Hour and minute of today, or day and hour of another day: for lists where space is dear. */
export function shortWhen(value: string | undefined, now = new Date()): string {
  if (!value || value.length <= 10) return when(value)
  const instant = new Date(value)
  if (Number.isNaN(instant.getTime())) return value
  const p = pieces(instant)
  const today = pieces(now)
  const clock = `${p.hour}:${p.minute}`
  if (p.year === today.year && p.month === today.month && p.day === today.day) return clock
  return p.year === today.year ? `${p.day}/${p.month} ${clock}` : `${p.day}/${p.month}/${p.year}`
}

export function clockOf(instant: Date): string {
  const p = pieces(instant)
  return `${p.hour}:${p.minute}`
}

/** Whole years, or months under three years, from a FHIR date (partial allowed) to `now`. */
export function age(birthDate: string | undefined, now = new Date()): { years: number; months: number } | undefined {
  const found = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(birthDate ?? '')
  if (!found) return undefined
  const today = pieces(now)
  const [year, month, dayOfMonth] = [Number(found[1]), Number(found[2] ?? today.month), Number(found[3] ?? today.day)]
  let months = (Number(today.year) - year) * 12 + Number(today.month) - month
  if (Number(today.day) < dayOfMonth) months -= 1
  return { years: Math.max(0, Math.floor(months / 12)), months: Math.max(0, months) }
}

/**
 * What a person typed as `22/11/2026 15:00` (or `22/11/2026`, or `22/11/2026 15h30`) → FHIR dateTime of the site's zone.
 * Undefined while it is not a time yet. A browser's own time field would follow the machine's language, not ours.
 */
export function readWhen(text: string): string | undefined {
  const found = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,]+(\d{1,2})[:hg](\d{2})?)?$/.exec(text.trim())
  if (!found) return undefined
  const [, d = '', m = '', y = '', h, min] = found
  const date = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`
  const full = h === undefined ? date : `${date}T${h.padStart(2, '0')}:${min ?? '00'}:00+07:00`
  const instant = new Date(h === undefined ? `${date}T00:00:00+07:00` : full)
  return Number.isNaN(instant.getTime()) || day(instant.toISOString()) !== day(date) ? undefined : full
}

/**
 * A day as people type it: `25/11/2026`, `25112026`, or `25/11` for the next such day from `today` (yyyy-mm-dd) on. Undefined
 * while it is none. A browser's own date field would follow the machine's language: November 2nd for the 11th of February.
 */
export function readDay(text: string, today: string): string | undefined {
  const said = text.trim().replace(/^(\d{2})(\d{2})(\d{4})$/, '$1/$2/$3')
  const short = /^(\d{1,2})[/.-](\d{1,2})$/.exec(said)
  if (!short) return readWhen(said)?.slice(0, 10)
  const year = Number(today.slice(0, 4))
  const [on, later] = [year, year + 1].map((y) => readWhen(`${said}/${y}`)?.slice(0, 10))
  return on && on >= today ? on : later
}

const number = { vi: new Intl.NumberFormat('vi-VN'), en: new Intl.NumberFormat('en-GB') }

export function count(value: number): string {
  return number[currentLanguage()].format(value)
}

/** Lower case without marks, for filtering what is already on screen. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase()
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^Bệnh viện Đa khoa /i, 'BVĐK '],
  [/^Bệnh viện /i, 'BV '],
  [/^Trung tâm Y tế /i, 'TTYT '],
  [/^Phòng khám đa khoa /i, 'PKĐK '],
  [/^Trạm Y tế /i, 'TYT '],
]

/** A facility in a narrow column, with the abbreviations everybody here writes: what tells two apart stays readable. */
export function shortPlace(name: string): string {
  const kind = KINDS.find(([long]) => long.test(name))
  return kind ? name.replace(kind[0], kind[1]) : name
}

/** A sentence ends once, also when who wrote it ended it already. */
export const stop = (text: string): string => (/[.!?…]\s*$/.test(text) ? text.trimEnd() : `${text}.`)

/** A name inside a sentence: `phiếu chuyển cơ sở KBCB`; abbreviations keep their capitals. */
export const within = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1)

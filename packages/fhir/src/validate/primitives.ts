/** Lexical rules of the FHIR primitive types. Every check takes the JSON value and says whether it is valid. */

export type PrimitiveCheck = (value: unknown) => boolean

const CONTROL = /[^\P{Cc}\t\r\n\u007f-\u009f]/u
const CODE = /^\S+(?: \S+)*$/
const ID = /^[A-Za-z0-9.-]{1,64}$/
const NO_SPACE = /^\S+$/
const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const BASE64 = /^[A-Za-z0-9+/=\s]+$/
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/
const DATE = /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/
const ZONED = 'T(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))'
const DATE_TIME = new RegExp(`^\\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\\d|3[01])(?:${ZONED})?)?)?$`)
const INSTANT = new RegExp(`^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])${ZONED}$`)
const MAX_INT = 2_147_483_647

/** Whether the year is not 0000 and the day exists in its month. The text already matches one of the date patterns. */
function onCalendar(text: string): boolean {
  if (text.startsWith('0000')) return false
  if (text.length < 10) return true
  const day = (text.charCodeAt(8) - 48) * 10 + text.charCodeAt(9) - 48
  if (day < 29) return true
  const month = (text.charCodeAt(5) - 48) * 10 + text.charCodeAt(6) - 48
  const year = Number(text.slice(0, 4))
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
}

const matches =
  (pattern: RegExp): PrimitiveCheck =>
  (v) =>
    typeof v === 'string' && pattern.test(v)

const dated =
  (pattern: RegExp): PrimitiveCheck =>
  (v) =>
    typeof v === 'string' && pattern.test(v) && onCalendar(v)

const text: PrimitiveCheck = (v) => typeof v === 'string' && v.length > 0 && v.length <= 1_048_576 && !CONTROL.test(v)

const integer =
  (min: number): PrimitiveCheck =>
  (v) =>
    Number.isInteger(v) && (v as number) >= min && (v as number) <= MAX_INT && !Object.is(v, -0)

/** Types whose values are written in digits alone. */
export const WHOLE_TYPES: ReadonlySet<string> = new Set(['integer', 'unsignedInt', 'positiveInt'])

/** A number kept as text by `decimal()`. */
export function isRawNumber(v: unknown): v is { rawJSON: string } {
  return typeof v === 'object' && v !== null && typeof (v as { rawJSON?: unknown }).rawJSON === 'string' && Object.isFrozen(v)
}

function base64(v: unknown): boolean {
  if (typeof v !== 'string' || v.length === 0 || !BASE64.test(v)) return false
  const dense = /\s/.test(v) ? v.replace(/\s+/g, '') : v
  const padding = dense.indexOf('=')
  return dense.length > 0 && dense.length % 4 === 0 && (padding < 0 || /^={1,2}$/.test(dense.slice(padding)))
}

/** Primitive type → check. */
export const PRIMITIVES: Record<string, PrimitiveCheck> = {
  boolean: (v) => typeof v === 'boolean',
  integer: integer(-MAX_INT - 1),
  unsignedInt: integer(0),
  positiveInt: integer(1),
  decimal: (v) => (typeof v === 'number' && Number.isFinite(v)) || isRawNumber(v),
  string: text,
  markdown: text,
  xhtml: text,
  code: matches(CODE),
  id: matches(ID),
  uri: matches(NO_SPACE),
  url: matches(NO_SPACE),
  canonical: matches(NO_SPACE),
  oid: matches(OID),
  uuid: matches(UUID),
  date: dated(DATE),
  dateTime: dated(DATE_TIME),
  instant: dated(INSTANT),
  time: matches(TIME),
  base64Binary: base64,
}

/** A valid value of each type, for the cure. */
export const PRIMITIVE_EXAMPLES: Record<string, string> = {
  boolean: 'true',
  integer: '5',
  unsignedInt: '0',
  positiveInt: '1',
  decimal: '36.5',
  string: '"…"',
  markdown: '"…"',
  xhtml: '"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">…</div>"',
  code: '"final"',
  id: '"abc-1.2"',
  uri: '"https://example.org/x"',
  url: '"https://example.org/x"',
  canonical: '"https://example.org/x|1.0"',
  oid: '"urn:oid:1.2.3"',
  uuid: '"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"',
  date: '"2026-11-22"',
  dateTime: '"2026-11-22T08:30:00+07:00"',
  instant: '"2026-11-22T08:30:00.000+07:00"',
  time: '"08:30:00"',
  base64Binary: '"TmjDoA=="',
}

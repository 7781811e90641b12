/** Values of the primitive types, chosen for what breaks readers: accents in both forms, other scripts, partial dates, kept zeros. */
import { decimal } from '../../json/serialize.ts'
import type { Chance } from './chance.ts'

const WORDS = [
  'Nguyễn Thị Bưởi',
  'Nguyễn Thị Bưởi'.normalize('NFD'),
  'sốt cao 39,5 °C',
  'đường huyết'.normalize('NFD'),
  '👩🏽‍⚕️ khám 🩺',
  'سليم تماماً',
  'בדיקה 12',
  '血圧 正常',
  'a\tb\r\nc',
  'quote " backslash \\ slash / end',
  '<b>&amp;</b>',
  'two  spaces ',
  'zero\u200bwidth \u2028 line',
  'ﬁ Å Å',
]

const NARRATIVES = [
  '<div xmlns="http://www.w3.org/1999/xhtml"><p>Bệnh nhân tỉnh, tiếp xúc tốt</p></div>',
  '<div xmlns="http://www.w3.org/1999/xhtml">&lt; 5 &#160;mmol/L<br/><b>cao</b></div>',
  `<div xmlns="http://www.w3.org/1999/xhtml" lang="vi">${'Ổn định'.normalize('NFD')} 😀</div>`,
]

const DECIMALS = ['0', '0.0', '1.50', '36.5', '-2.250', '1e3', '1.0E-2', '120', '0.000001', '9007199254740993', '3.14159265358979323846']
const CODES = ['final', 'a-1', 'J18.9', 'two words', 'Ä-7']
const URIS = [
  'https://example.org/fhir/a',
  'http://example.org/CodeSystem/ký-hiệu',
  'urn:oid:1.2.840.113619',
  'https://example.org/x?y=1&z=2#f',
]
const MIME_TYPES = ['text/plain', 'application/pdf', 'application/fhir+json']

/** Codes whose value sets no list holds: media types, languages, currencies, units. */
const BY_NAME: Record<string, readonly string[]> = {
  contentType: MIME_TYPES,
  targetFormat: MIME_TYPES,
  sigFormat: MIME_TYPES,
  format: MIME_TYPES,
  patchFormat: MIME_TYPES,
  payloadMimeType: MIME_TYPES,
  payload: MIME_TYPES,
  accept: MIME_TYPES,
  language: ['vi', 'en-US'],
  currency: ['VND', 'USD'],
}

const two = (n: number): string => String(n).padStart(2, '0')

function date(c: Chance): string {
  return `${c.int(1901, 2099)}-${two(c.int(1, 12))}-${two(c.int(1, 28))}`
}

function clock(c: Chance): string {
  const fraction = c.pick(['', '', '.5', '.123', '.123456'])
  return `${two(c.int(0, 23))}:${two(c.int(0, 59))}:${two(c.int(0, 59))}${fraction}`
}

const instant = (c: Chance): string => `${date(c)}T${clock(c)}${c.pick(['Z', '+07:00', '-05:30', '+14:00'])}`

function partial(c: Chance): string {
  const whole = date(c)
  return whole.slice(0, c.pick([4, 7, 10]))
}

const hex = (c: Chance, length: number): string => Array.from({ length }, () => c.int(0, 15).toString(16)).join('')

function text(c: Chance): string {
  return c.is(0.2) ? `${c.pick(WORDS)} · ${c.pick(WORDS)}` : c.pick(WORDS)
}

const MAKERS: Record<string, (c: Chance, name: string) => unknown> = {
  boolean: (c) => c.is(0.5),
  integer: (c) => c.int(-2_147_483_648, 2_147_483_647),
  unsignedInt: (c) => c.int(0, 2_147_483_647),
  positiveInt: (c) => c.int(1, 2_147_483_647),
  decimal: (c) => decimal(c.pick(DECIMALS)),
  string: text,
  markdown: text,
  xhtml: (c) => c.pick(NARRATIVES),
  code: (c, name) => c.pick(BY_NAME[name] ?? CODES),
  id: (c) => `x-${hex(c, 8)}`,
  uri: (c) => c.pick(URIS),
  url: (c) => c.pick(URIS),
  canonical: (c) => c.pick(URIS) + c.pick(['', '|1.0', '|2026']),
  oid: (c) => `urn:oid:2.16.840.${c.int(0, 99_999)}`,
  uuid: (c) => `urn:uuid:${hex(c, 8)}-${hex(c, 4)}-4${hex(c, 3)}-8${hex(c, 3)}-${hex(c, 12)}`,
  date: partial,
  dateTime: (c) => (c.is(0.5) ? partial(c) : instant(c)),
  instant,
  time: clock,
  base64Binary: (c) => c.pick(['TmjDoA==', 'AAECAwQFBgc=', 'eHl6']),
}

/** A valid value of a primitive type. Takes the element's name: media types, languages and the like have codes of their own. */
export function primitiveOf(type: string, name: string, chance: Chance): unknown {
  const make = MAKERS[type]
  if (!make) throw new TypeError(`no primitive type ${type}`)
  return make(chance, name)
}

const WRONG: Record<string, readonly unknown[]> = {
  boolean: ['true', 1],
  integer: [1.5, '5', 2_147_483_648],
  unsignedInt: [-1, '5'],
  positiveInt: [0, -3],
  decimal: ['1.50', true],
  code: ['two  spaces', ' lead', 7],
  id: ['with space', 'a_b', 'x'.repeat(65)],
  uri: ['with space', 5],
  url: ['with space', 5],
  canonical: ['with space', 5],
  oid: ['1.2.3', 'urn:oid:9.1'],
  uuid: ['c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:1'],
  date: ['2026-02-30', '22/11/2026', '2026-1-1'],
  dateTime: ['2026-11-22T08:30:00', '2026-13', '2026-11-22 08:30'],
  instant: ['2026-11-22', '2026-11-22T08:30:00'],
  time: ['25:00:00', '08:30'],
  base64Binary: ['***', 'abc'],
}

/** A value that the type refuses. */
export function wrongPrimitive(type: string, chance: Chance): unknown {
  return chance.pick(WRONG[type] ?? [17, 'bell \u0007'])
}

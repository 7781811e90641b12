/** Rows of claim tables with any legal value in any column, for property tests. Development only: needs fast-check. */

import fc from 'fast-check'
import { isNameColumn, oneLine } from '../claim/read/hidden.ts'
import { type ClaimField, claimTable, type Layout } from '../claim/tables/index.ts'
import { CLOSED_LISTS, DATED_LISTS } from '../claim/tables/lists.ts'
import type { Row } from '../claim/types.ts'

const LETTERS = [...'aăâbcdđeêghiklmnoôơpqrstuưvxyẾỘỮĐ0123456789.,;:-/()%+<>&"\'[]', ' ', '\n', '\t', '\r', '𠮷', ']]>', '≥']
/** Longest text tried in a column that has no limit. */
const LONG = 6000

const digits = (n: number): fc.Arbitrary<string> => fc.integer({ min: 0, max: 10 ** n - 1 }).map((v) => String(v).padStart(n, '0'))
const day = fc
  .date({ min: new Date('1905-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10).replaceAll('-', ''))
const minute = fc.tuple(day, fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([d, h, m]) => {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${d}${two(h)}${two(m)}`
})
const birth = fc.oneof(
  minute,
  day.map((d) => `${d}0000`),
  day.map((d) => `${d.slice(0, 6)}000000`),
  day.map((d) => `${d.slice(0, 4)}00000000`),
)
const several = <T extends string>(one: fc.Arbitrary<T>, most: number): fc.Arbitrary<string> =>
  fc.array(one, { minLength: 1, maxLength: most }).map((v) => v.join(';'))
const facility = fc.tuple(digits(2), fc.constantFrom('929', 'A01', '00Z')).map((v) => v.join(''))
const card = digits(13).map((n) => `GD${n}`)

const PATTERN: Record<string, fc.Arbitrary<string>> = {
  facility,
  facilities: several(facility, 3),
  paper: fc.oneof(digits(9), digits(12)),
  card,
  cards: several(card, 3),
  bhxh: digits(9).map((n) => `1${n}`),
  bed: several(
    digits(3).map((n) => `H${n}`),
    2,
  ),
  area: fc.constantFrom('K1', 'K2', 'K3'),
  package: fc.integer({ min: 1, max: 99 }).map((n) => `G${n}`),
  ct07: fc.constant('CT07'),
}

function number(field: ClaimField): fc.Arbitrary<string> {
  const most = Math.min(field.maxLength, 12)
  const whole = fc.integer({ min: 1, max: most }).chain((n) => digits(n))
  const decimals = field.type === 'dec2' ? 2 : field.type === 'dec3' ? 3 : 0
  if (decimals === 0 || most < decimals + 2) return whole
  const broken = fc.tuple(digits(Math.min(6, most - decimals - 1)), digits(decimals)).map((v) => v.join('.'))
  return fc.oneof(whole, broken)
}

function text(field: ClaimField): fc.Arbitrary<string> {
  const most = Math.min(field.maxLength, LONG)
  // Cut to length, a letter of two halves is left out whole.
  const cut = (v: string[]): string =>
    v
      .join('')
      .slice(0, most)
      .replace(/[\ud800-\udbff]$/, '') || 'x'
  const short = fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 40 }).map(cut)
  const longest = fc.constantFrom('ế', 'x', '&').map((letter) => letter.repeat(most))
  const ordinary = fc.constantFrom('Nội khoa', 'Viêm phổi; suy hô hấp', '000001/BG-CCHN', 'J15.9', 'J96.0;I10').map((v) => v.slice(0, most))
  const any = fc.oneof({ weight: 4, arbitrary: ordinary }, { weight: 4, arbitrary: short }, { weight: 1, arbitrary: longest })
  // The reader puts a name on one line.
  return isNameColumn(field.name) ? any.map((value) => oneLine(value) || 'x') : any
}

/** Any legal value of a column, never empty. */
export function legalValue(field: ClaimField): fc.Arbitrary<string> {
  const list = CLOSED_LISTS[field.list ?? ''] ?? DATED_LISTS[field.list ?? '']
  if (list) return fc.constantFrom(...[...list].filter((code) => code.length <= field.maxLength))
  const pattern = PATTERN[field.like ?? '']
  if (pattern) return pattern
  switch (field.type) {
    case 'date':
      return day
    case 'time':
      return field.name === 'NGAY_SINH' ? birth : minute
    case 'dates':
      return several(day, 3)
    case 'dateOrTime':
      return fc.oneof(day, minute)
    case 'text':
      return text(field)
    default:
      return number(field)
  }
}

/** A row of the layout: required columns filled, any other filled or empty; `future` columns of no layout may follow. */
export function legalRow(table: string, layout: Layout, options: { future?: boolean } = {}): fc.Arbitrary<Row> {
  const fields = claimTable(table)?.layouts[layout] ?? []
  const columns = fields.map((field) => {
    const filled = legalValue(field)
    return field.required === 'always' ? filled : fc.option(filled, { nil: '', freq: 3 })
  })
  const known = fc.tuple(...columns).map((values): Row => Object.fromEntries(fields.map((f, i) => [f.name, values[i] ?? ''])))
  if (!options.future) return known
  const one = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('', 'x', ' giá trị <mới> ', '2027')) satisfies fc.Arbitrary<
    [number, string]
  >
  const future = fc.array(one, { maxLength: 3 }).map((list) => Object.fromEntries(list.map(([n, value]) => [`COT_MOI_${n}`, value])))
  return fc.tuple(known, future).map(([row, more]) => ({ ...row, ...more }))
}

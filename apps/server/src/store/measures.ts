/** Under which units a number stands in `ix_qty`. Write and search share this page. */
import { canonicalQuantity, SYSTEM } from '@yba/fhir'

/** Whatever its unit: unit 0 of the table. */
export const ANY_UNIT = ''

/** A number under the text of a unit. */
export interface Measure {
  unit: string
  v: number
}

/** The number under its unit as it was written. */
export const writtenUnit = (system: string, code: string): string => `${system}|${code}`

/** The number in the base units of its dimension, where UCUM knows the unit. */
export function canonicalMeasure(v: number, system: string, code: string): Measure | undefined {
  const canonical = system === SYSTEM.ucum ? canonicalQuantity(v, code) : undefined
  return canonical && { unit: `${SYSTEM.ucum}|=${canonical.unit}`, v: canonical.value }
}

/** What a number of a resource stands under: itself, and its unit where it has one. */
export function measuresOf(v: number, system?: string, code?: string): Measure[] {
  const plain = { unit: ANY_UNIT, v }
  if (system === undefined || code === undefined) return [plain]
  return [plain, canonicalMeasure(v, system, code) ?? { unit: writtenUnit(system, code), v }]
}

/** The parameter of one end of ranges. */
export const endOf = (param: string, end: 'low' | 'high'): string => `${param}:${end}`

/** The parameter under which a composite's further numbers stand; the first one stands under its own. */
export const partOf = (param: string, n: number): string => (n === 1 ? param : `${param}:${n}`)

/** A unit within a composite: beside the value of its first part. */
export const beside = (key: string, unit: string): string => `${key}\n${unit}`

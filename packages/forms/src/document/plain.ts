/** Values made safe for FHIR: codes without stray spaces, periods the right way round. The form keeps what was written. */

import type * as fhir4 from 'fhir/r4.d.ts'

const VIETNAM_OFFSET = 7 * 3_600_000
const CODE = /^\S+( \S+)*$/

export const NOT_NAMED = 'Không ghi tên'

/** A code of `system` with its text; what is not a FHIR code is said as text. */
export function concept(system: string, code: string | undefined, text: string | undefined): fhir4.CodeableConcept {
  if (!code || !CODE.test(code)) return { text: text?.trim() ? text : code?.trim() ? code : NOT_NAMED }
  return { coding: [{ system, code }], text }
}

/** First and last millisecond a FHIR date or dateTime may mean, in Vietnam's zone. */
function bounds(value: string): [number, number] {
  if (value.length > 10) return [Date.parse(value), Date.parse(value)]
  const [year = 0, month, day] = value.split('-').map(Number)
  const at = (y: number, m: number, d: number): number => Date.UTC(y, m, d) - VIETNAM_OFFSET
  const next = day ? at(year, (month ?? 1) - 1, day + 1) : month ? at(year, month, 1) : at(year + 1, 0, 1)
  return [at(year, (month ?? 1) - 1, day ?? 1), next - 1]
}

/** A period; an end before its start is left out here, FHIR does not allow it. */
export function period(start: string | undefined, end: string | undefined): fhir4.Period {
  if (!start || !end) return { start, end }
  return bounds(end)[1] < bounds(start)[0] ? { start } : { start, end }
}

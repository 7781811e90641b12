/** The plan of one record: resources without ids, linked by `#key:<key>` so that the caller can upsert them. */

import { CANONICAL, codeSystemUrl, SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import type { ClaimRecord, Row } from '../types.ts'

export interface PlannedResource<R extends fhir4.FhirResource = fhir4.FhirResource> {
  /** Stable inside one facility, for instance `XML2/<MA_LK>/<STT>`; the same fact has the same key in every sending. */
  key: string
  /** Has an identifier, no id; references to other planned resources read `#key:<key>`. */
  resource: R
}

export interface ClaimContext {
  facility: { code: string; name: string }
  record: ClaimRecord
  /** Table that speaks of the whole stay: XML1, or XML0 when the patient has only been checked in. */
  head: 'XML1' | 'XML0'
  /** Its first row, or of a check-in the one that tells the admission; columns of the same name mean the same in both. */
  one: Row
  maLk: string
  keys: { patient: string; encounter: string }
}

/** Identifier system of chart lines that come from a claim row; the value is the key. */
export const claimLineSystem = (facility: string): string => `${CANONICAL}/sid/claim-line/${facility}`

export const refTo = (key: string): string => `#key:${key}`

/** Text of a column, trimmed; empty when absent. */
export const get = (row: Row | undefined, column: string): string => (row?.[column] ?? '').trim()

/** Undefined instead of an empty text. */
export const filled = (text: string): string | undefined => (text === '' ? undefined : text)

/** Where a chart line comes from: `urn:yba:claim:<facility>:<MA_LK>#<table>/<row>`. */
export const sourceOf = (ctx: ClaimContext, table: string, row: number): { source: string } => ({
  source: `urn:yba:claim:${ctx.facility.code}:${encodeURIComponent(ctx.maLk)}#${table}/${row}`,
})

export const lineIdentifier = (ctx: ClaimContext, key: string): fhir4.Identifier[] => [
  { system: claimLineSystem(ctx.facility.code), value: key },
]

/** Key of a row: its STT when STT is present and unique in the table, else the row's number marked with `r`. */
export function rowKeys(ctx: ClaimContext, table: string, rows: Row[]): string[] {
  const numbers = rows.map((row) => get(row, 'STT'))
  const unique = new Set(numbers).size === numbers.length && numbers.every((n) => n !== '')
  return rows.map((_, i) => `${table}/${ctx.maLk}/${unique ? numbers[i] : `r${i + 1}`}`)
}

/** A concept with one coding of ours; text always present. */
export function concept(list: string, code: string, text: string): fhir4.CodeableConcept {
  if (code === '') return { text }
  return { coding: [{ system: codeSystemUrl(list), code, ...(text === '' || text === code ? {} : { display: text }) }], text: text || code }
}

/** Reference to a practitioner by licence (CCHN); several codes joined by ";" give several references. */
export function practitioners(codes: string): fhir4.Reference[] {
  return codes
    .split(';')
    .map((code) => code.trim())
    .filter(Boolean)
    .map((value) => ({ type: 'Practitioner', identifier: { system: SYSTEM.licence, value }, display: value }))
}

export const facilityReference = (code: string, name?: string): fhir4.Reference => ({
  type: 'Organization',
  identifier: { system: SYSTEM.facility, value: code },
  ...(name ? { display: name } : {}),
})

/** A result's text to a FHIR value, keeping what was written. */

import { extensionUrl } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'

const NUMBER = /^([<>]=?|≤|≥)?\s*(\d+)(?:[.,](\d+))?$/
const COMPARATOR: Record<string, fhir4.Quantity['comparator']> = { '<': '<', '>': '>', '<=': '<=', '>=': '>=', '≤': '<=', '≥': '>=' }

/**
 * `15.8` → a quantity; `< 0.5` with its comparator; anything else stays text. A comma is a decimal sign only with
 * one or two digits after it (`15,8`), because `15,800` may be either. Digits a number would lose (`6.10`) are kept
 * in the extension `as-written`.
 */
export function resultValue(text: string, unit: string): Pick<fhir4.Observation, 'valueQuantity' | 'valueString'> {
  const parts = NUMBER.exec(text.trim())
  const comma = text.includes(',')
  if (!parts || (comma && (parts[3] ?? '').length > 2)) return { valueString: unit === '' ? text : `${text} ${unit}` }
  const plain = parts[3] === undefined ? (parts[2] ?? '') : `${parts[2]}.${parts[3]}`
  const value = Number(plain)
  const comparator = parts[1] ? COMPARATOR[parts[1]] : undefined
  const exact = String(value) === text.trim().replace(/^[<>=≤≥\s]+/, '')
  return {
    valueQuantity: {
      value,
      ...(comparator ? { comparator } : {}),
      ...(unit === '' ? {} : { unit }),
      ...(exact ? {} : { extension: [{ url: extensionUrl('as-written'), valueString: text.trim() }] }),
    },
  }
}

/** A stored value as it is read aloud: the text as written, else the number, with its unit. */
export function printValue(observation: fhir4.Observation): string {
  const q = observation.valueQuantity
  if (!q) return observation.valueString ?? observation.valueCodeableConcept?.text ?? ''
  const written = q.extension?.find((e) => e.url === extensionUrl('as-written'))?.valueString
  const number = written ?? `${q.comparator ?? ''}${q.value ?? ''}`
  return q.unit ? `${number} ${q.unit}` : number
}

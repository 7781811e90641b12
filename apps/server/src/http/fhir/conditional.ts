/** Conditions of conditional interactions (FHIR R4, http.html#cond-update, #ccreate). */
import { parseSearch, refuse } from '@yba/fhir'
import type { Condition } from '../../store/types.ts'
import { conditionUnusable } from './outcomes.ts'

/**
 * A search that names one resource. Without a parameter it would name all of a type, and what steers an answer says nothing
 * about which. Throws `condition-unusable` and what a search is refused with.
 */
export function conditionOf(type: string, query: string, at?: string): Condition {
  const plain = new URLSearchParams(query)
  plain.delete('_format')
  plain.delete('_pretty')
  const { filters, sort, include, revinclude, elements, ...more } = parseSearch(type, plain)
  const steers = [...sort, ...include, ...revinclude, ...elements].length > 0
  if (filters.length === 0 || steers || more.count !== undefined || more.cursor !== undefined || more.summary !== undefined)
    throw refuse(conditionUnusable, { type }, at)
  return { type, query: plain.toString() }
}

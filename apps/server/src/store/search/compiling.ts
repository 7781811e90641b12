/** What the conditions of a search are made with. */
import { searchParameters } from '@yba/fhir'
import type { Params } from '../grants.ts'
import type { Reading } from '../read/rows.ts'
import { indexedName } from '../tokens.ts'

export interface Compiling {
  on: Reading
  params: Params
  /** Names for inner aliases. */
  depth: number
}

/** The name a parameter is indexed under. */
export function indexName(type: string, param: string): string {
  const params = searchParameters(type)
  return indexedName(type, param, (c) => params.has(c))
}

export const inTokens = (c: Compiling, row: string, hashes: readonly string[]): string =>
  `${row}.rid in (select k.rid from ix_tok k where k.h = any(${c.params.add(hashes, 'bigint[]')}))`

const MANY = 40

/**
 * A filter on the array. `coalesce` hides it from the planner's guess for arrays, which takes every token for a rare
 * one and then leaves the ordered walk along a code.
 */
export function hasTokens(c: Compiling, row: string, hashes: readonly string[]): string {
  const asked = c.params.add(hashes, 'bigint[]')
  // Many codes are looked up in a hash table, made once for the statement, instead of being compared one by one in each row.
  if (hashes.length > MANY) return `exists (select 1 from unnest(${row}.tok) as k(h) where k.h = any(${asked}))`
  return `coalesce(${row}.tok && ${asked}, false)`
}

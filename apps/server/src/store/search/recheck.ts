/**
 * Token matches are found by 64-bit hashes; here they are checked on the text. Two values with one hash are not
 * expected in a site's life, but a wrong patient's result must not rest on that.
 */
import { type Filter, type SearchEntry, type SearchFilter, type SearchRequest, type SearchValue, searchEntries } from '@yba/fhir'
import type { Row } from '../stored.ts'
import { comboParts } from '../tokens.ts'

const MANY = 40

/** Texts of which one must stand in the content when it has no escapes; undefined where the filter says nothing of the kind. */
function wordsOf(f: Filter): string[] | undefined {
  if (f.kind !== 'parameter' || f.modifier !== undefined || f.param === '_id') return undefined
  // Of a whole list of codes the resource's own entries are asked at once.
  if (f.values.length > MANY) return []
  const words: string[] = []
  for (const v of f.values) {
    const word = v.type === 'token' ? v.code : v.type === 'uri' ? v.value : undefined
    if (word === undefined) return undefined
    words.push(word)
  }
  return words
}

function says(e: SearchEntry, v: SearchValue): boolean {
  if (v.type === 'uri') return e.type === 'uri' && e.value === v.value
  if (v.type !== 'token' || e.type !== 'token') return false
  return e.code === v.code && (v.system === undefined || (e.system ?? '') === v.system)
}

/** The long way: what the resource's own entries say. */
function passes(row: Row, f: SearchFilter, zone: string): boolean {
  const params = new Set([f.param, ...(comboParts(f.param) ?? [])])
  const entries = searchEntries(JSON.parse(row.content), zone).filter((e) => params.has(e.param))
  return entries.some((e) => f.values.some((v) => says(e, v)))
}

/** The rows whose text bears their hashes out. */
export function recheck(request: SearchRequest, rows: readonly Row[], zone: string): Row[] {
  const checks = request.filters.flatMap((f) => {
    const words = wordsOf(f)
    return words && f.kind === 'parameter' ? [{ f, words }] : []
  })
  if (checks.length === 0) return [...rows]
  return rows.filter((row) => checks.every(({ f, words }) => words.some((w) => row.content.includes(w)) || passes(row, f, zone)))
}

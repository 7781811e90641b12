/**
 * What a condition means, whatever its wording: who decides by one meaning must not decide twice. Order, repetition, escapes,
 * case and accents of texts, and the forms of a reference say nothing.
 */
import type { Filter, SearchRequest, SearchValue } from '@yba/fhir'
import { foldText } from './fold.ts'
import { indexName } from './search/compiling.ts'
import { referencesOf } from './search/conditions.ts'

const list = (texts: readonly string[]): string => JSON.stringify([...new Set(texts)].sort())

function valuesOf(type: string, param: string, modifier: string | undefined, v: SearchValue): string[] {
  if (v.type === 'reference') return referencesOf(type, param, v)
  if (v.type === 'string' && modifier !== 'exact') return [foldText(v.text)]
  if (v.type === 'composite') return [JSON.stringify(v.parts.map((part) => list(valuesOf(type, param, undefined, part))))]
  return [JSON.stringify(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))]
}

function filterMeaning(type: string, f: Filter): string {
  if (f.kind === 'has') return list(['_has', f.type, indexName(f.type, f.param), filterMeaning(f.type, f.filter)])
  const param = indexName(type, f.param)
  if (f.kind === 'chain') return JSON.stringify([param, list(f.targets.map((t) => `${t.type} ${filterMeaning(t.type, t.filter)}`))])
  // A target type stands in the references themselves.
  const modifier = f.modifier !== undefined && /^[A-Z]/.test(f.modifier) ? undefined : f.modifier
  return JSON.stringify([param, modifier ?? '', list(f.values.flatMap((v) => valuesOf(type, f.param, modifier, v)))])
}

/** One text for all wordings of a request's filters. */
export const meaningOf = ({ type, filters }: SearchRequest): string => `${type}?${list(filters.map((f) => filterMeaning(type, f)))}`

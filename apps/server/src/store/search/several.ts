/** A search of several types at once (FHIR R4, search.html#all): by what every resource has. */
import { type Filter, refuse, type SearchFilter, type SearchValue, uriPrefixes } from '@yba/fhir'
import { notSupportedYet } from '../outcomes.ts'
import { typeOf } from '../stored.ts'
import { token } from '../tokens.ts'
import { type Compiling, hasTokens, inTokens } from './compiling.ts'
import type { Key } from './order.ts'
import type { Source } from './plan.ts'

/** The texts whose hashes a row of the type has when the value fits; undefined for what the index does not say for all types. */
function textsOf(type: string, { param, type: kind, modifier }: SearchFilter, v: SearchValue): string[] | undefined {
  if (modifier === 'missing') return [token.present(type, param)]
  if (v.type === 'token' && (modifier === undefined || modifier === 'not')) {
    if (v.code === undefined) return [token.system(type, param, v.system ?? '')]
    return [v.system === undefined ? token.any(type, param, v.code) : token.exact(type, param, v.system, v.code)]
  }
  if (v.type !== 'uri' || kind !== 'uri') return undefined
  if (modifier === undefined) return [token.uri(type, param, v.value)]
  if (modifier === 'below') return [token.below(type, param, uriPrefixes(v.value).at(-1) ?? v.value)]
  if (modifier === 'above')
    return uriPrefixes(v.value).flatMap((above) => [token.uri(type, param, above), token.uri(type, param, `${above}/`)])
  return undefined
}

/** Whether the rows of a value are few and known by their numbers. */
const drives = (f: Filter): boolean =>
  f.kind === 'parameter' &&
  (f.param === '_id' ? f.modifier === undefined : f.type === 'uri' && (f.modifier === undefined || f.modifier === 'above'))

/** The condition of a parameter that is kept for every type (not `_id` and `_lastUpdated`, which are columns). */
export function ofEveryType(c: Compiling, types: readonly string[], row: string, f: SearchFilter): string {
  const hashes = f.values.map((v) =>
    types.flatMap((type) => {
      const texts = textsOf(type, f, v)
      if (!texts) throw refuse(notSupportedYet, { what: `${f.param}${f.modifier ? `:${f.modifier}` : ''}` })
      return texts.map((text) => c.on.ctx.hashes.of(text))
    }),
  )
  if (f.modifier === 'missing') {
    const wanted = f.values.map((v, i) => `${v.type === 'missing' && v.missing ? 'not ' : ''}${hasTokens(c, row, hashes[i] ?? [])}`)
    return `(${wanted.join(' or ')})`
  }
  if (f.modifier === 'not') return `not ${hasTokens(c, row, hashes.flat())}`
  return drives(f) ? inTokens(c, row, hashes.flat()) : hasTokens(c, row, hashes.flat())
}

/** Where the rows come from: of a rare value by its numbers, else type by type in the order of the change, which an index holds. */
export function ofAll(c: Compiling, types: readonly string[], filters: readonly Filter[], keys: readonly Key[]): Source {
  const isByChange = keys.length === 1 && keys[0]?.expression === 'r.lu'
  if (!isByChange || filters.some(drives)) return { from: 'res r', where: [] }
  return { from: 'res r', where: ['r.t = w.t'], each: `unnest(${c.params.add(types.map(typeOf), 'smallint[]')}) as w(t)` }
}

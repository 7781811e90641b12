/** Whether two texts say the same. */
import { parseKeepingNumbers } from './json/serialize.ts'
import { spliceResource } from './json/splice.ts'
import { isRawNumber } from './validate/primitives.ts'

type Json = Record<string, unknown>

const isObject = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v)

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isRawNumber(a) || isRawNumber(b)) return isRawNumber(a) && isRawNumber(b) && a.rawJSON === b.rawJSON
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
  }
  const left = a as Json
  const right = b as Json
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
}

/** The content without what the server sets. A meta with nothing else in it counts as absent. */
function content(text: string, metaNames: readonly string[]): unknown {
  const value = parseKeepingNumbers(text)
  if (!isObject(value)) return value
  const { id: _id, meta, ...rest } = value
  if (!isObject(meta)) return meta === undefined ? rest : { ...rest, meta }
  const kept = Object.entries(meta).filter(([name]) => !metaNames.includes(name))
  return kept.length === 0 ? rest : { ...rest, meta: Object.fromEntries(kept) }
}

/**
 * Whether two resource texts are equal but for id, meta.versionId and meta.lastUpdated. White space and key order do
 * not count; the written form of numbers does (`1.5` and `1.50` differ in precision).
 * `serverMeta` names the members of meta to leave out of the comparison, where the server sets more of them.
 */
export function sameContent(a: string, b: string, serverMeta: readonly string[] = ['versionId', 'lastUpdated']): boolean {
  if (a === b) return true
  const same = { id: 'x', versionId: '1', lastUpdated: '' }
  if (spliceResource(a, same) === spliceResource(b, same)) return true
  return equal(content(a, serverMeta), content(b, serverMeta))
}

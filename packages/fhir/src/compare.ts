/** Whether two texts say the same. */
import { sameJson } from './json/same-value.ts'
import { parseKeepingNumbers } from './json/serialize.ts'
import { spliceResource } from './json/splice.ts'

type Json = Record<string, unknown>

const isObject = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v)

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
  return sameJson(content(a, serverMeta), content(b, serverMeta), (x, y) => x === y)
}

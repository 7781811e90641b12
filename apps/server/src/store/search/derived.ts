/**
 * Orders by codes, links and addresses. The index has those as hashes, which have no order, and keeping their texts for every
 * parameter would cost every write. So they are read out of the resources that are found, as long as these are few enough.
 */
import { refuse, type SearchEntry, type SearchRequest, searchEntries } from '@yba/fhir'
import type { Params } from '../grants.ts'
import type { Reading } from '../read/rows.ts'
import type { Key } from './order.ts'
import { searchSortTooWide } from './outcomes.ts'
import type { Source } from './plan.ts'

/** More rows than these are not put in order. */
const MOST_SORTED = 10_000

/** Rows read before the process turns to something else. */
const AT_ONCE = 500

/** Keys go into cursors. */
const LONGEST = 200

export const isDerived = (keys: readonly Key[]): boolean => keys.some((k) => k.derived !== undefined)

/** Codes in the order of the code, then of its system. */
function textOf(e: SearchEntry): string | undefined {
  if (e.type === 'token') return e.code === undefined ? undefined : `${e.code}\u0001${e.system ?? ''}`
  if (e.type === 'reference') return e.target ?? e.identifier?.value
  return e.type === 'uri' ? e.value : undefined
}

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll('\0', '').slice(0, LONGEST))

/** The least or greatest text of a parameter, by bytes; null without one. */
function keyOf(entries: readonly SearchEntry[], { derived, descending }: Key): string | null {
  const own = entries.filter((e) => e.param === derived)
  const coded = own.flatMap((e) => textOf(e) ?? [])
  // What is said in words alone has its place by them.
  const said = coded.length > 0 ? coded : own.flatMap((e) => (e.type === 'token' ? (e.text ?? []) : []))
  const texts = said.map(bytes)
  const [first] = texts.sort((a, b) => (descending ? Buffer.compare(b, a) : Buffer.compare(a, b)))
  return first?.toString() ?? null
}

/** The expression of such a key; rows without a value come last in both directions. */
export function derivedKey(place: number, param: string, descending: boolean): Key {
  const none = descending ? "''" : "U&'\\+10FFFF'"
  return { expression: `coalesce(s.k${place}, ${none}) collate "C"`, cast: 'text', descending, derived: param }
}

interface Content {
  rid: string
  content: string
}

/**
 * The rows found, with the texts they are put in order by.
 * @param found asks for row number and content of so many rows that the search finds
 * Throws `search-sort-too-wide`.
 */
export async function derivedSource(
  on: Reading,
  request: SearchRequest,
  keys: readonly Key[],
  params: Params,
  found: (most: number) => Promise<Content[]>,
): Promise<Source> {
  const rows = await found(MOST_SORTED + 1)
  if (rows.length > MOST_SORTED) throw refuse(searchSortTooWide, { param: request.sort.map((s) => s.param).join(), most: MOST_SORTED })
  const texts: (string | null)[][] = keys.map(() => [])
  for (const [i, { content }] of rows.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve))
    const entries = searchEntries(JSON.parse(content) as object, on.ctx.zone)
    for (const [k, key] of keys.entries()) if (key.derived !== undefined) texts[k]?.push(keyOf(entries, key))
  }
  const rids = params.add(
    rows.map((r) => r.rid),
    'bigint[]',
  )
  const columns = keys.flatMap((key, k) => (key.derived === undefined ? [] : [{ name: `k${k}`, texts: texts[k] ?? [] }]))
  const arrays = columns.map((c) => params.add(c.texts, 'text[]'))
  const names = columns.map((c) => c.name)
  return { from: `unnest(${[rids, ...arrays].join(', ')}) as s(${['rid', ...names].join(', ')}) join res r on r.rid = s.rid`, where: [] }
}

/**
 * Conditional interactions (FHIR R4, http.html#ccreate): which resource a condition names. Who decides by a condition holds
 * a lock on it until the commit, so of many who create where nothing matches one does, and the others find what it made.
 */
import { refuse, type SearchRequest } from '@yba/fhir'
import type { AuditLine } from './audit/rows.ts'
import type { Context } from './context.ts'
import type { TransactionDb } from './db.ts'
import { grantPredicate, Params } from './grants.ts'
import { meaningOf } from './meaning.ts'
import { duplicateWrite } from './outcomes.ts'
import type { Reading } from './read/rows.ts'
import { readSearch, searchLine } from './search/index.ts'
import { recheck } from './search/recheck.ts'
import { runSearch } from './search/run.ts'
import { checkAsked, shownRow } from './shown.ts'
import { ROW, type Row, typeOf } from './stored.ts'
import { token } from './tokens.ts'
import type { Condition, Matched } from './types.ts'

/** More conditions of one type than these lock the type: locks lie in memory that all transactions share. */
const MOST_LOCKS = 100

interface Asked {
  condition: Condition
  request: SearchRequest
  /** Of a condition that locks or makes. */
  meaning: string
  rows: Row[]
}

/** Locks of the conditions, ordered so that transactions do not wait for each other in a circle; true = shared. */
function locksOf(ctx: Context, asked: readonly Asked[]): [key: string, shared: boolean][] {
  const locks = new Map<string, boolean>()
  for (const [type, list] of Map.groupBy(asked, (a) => a.condition.type)) {
    const isMuch = list.length > MOST_LOCKS
    locks.set(ctx.hashes.of(`lock match ${type}`), !isMuch)
    if (!isMuch) for (const { meaning } of list) locks.set(ctx.hashes.of(`lock match ${meaning}`), false)
  }
  return [...locks].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1))
}

const LOCK = `
select case when l.shared then pg_advisory_xact_lock_shared(l.key) else pg_advisory_xact_lock(l.key) end
from unnest($1::bigint[], $2::boolean[]) as l(key, shared)`

async function lock(ctx: Context, db: TransactionDb, asked: readonly Asked[]): Promise<void> {
  const locks = locksOf(
    ctx,
    asked.filter((a) => a.condition.locks),
  )
  if (locks.length > 0) await db.query(LOCK, [locks.map(([key]) => key), locks.map(([, shared]) => shared)], true)
}

/** The one identifier a request asks for, with its system; undefined when it asks for anything else. */
function identifierOf({ filters }: SearchRequest): { system: string; code: string } | undefined {
  const [f] = filters
  if (filters.length !== 1 || f?.kind !== 'parameter' || f.param !== 'identifier' || f.type !== 'token') return undefined
  const [v] = f.values
  if (f.modifier !== undefined || f.values.length !== 1 || v?.type !== 'token') return undefined
  return v.system && v.code ? { system: v.system, code: v.code } : undefined
}

/** All conditions of a type by one identifier each, in one statement. */
async function byIdentifiers(on: Reading, type: string, list: readonly Asked[]): Promise<void> {
  const of = (text: string) => on.ctx.hashes.of(text)
  const wanted = list.map((a) => identifierOf(a.request) ?? { system: '', code: '' })
  const params = new Params()
  const drivers = params.add(
    wanted.map((w) => of(token.any(type, 'identifier', w.code))),
    'bigint[]',
  )
  const exact = params.add(
    wanted.map((w) => of(token.exact(type, 'identifier', w.system, w.code))),
    'bigint[]',
  )
  const may = grantPredicate(on.access, 'search', 'r', params, type)
  const text = `select w.k, ${ROW} from unnest(${drivers}, ${exact}) with ordinality as w(driver, exact, k)
    join ix_tok x on x.h = w.driver join res r on r.rid = x.rid
    where r.t = ${typeOf(type)} and not r.deleted and coalesce(r.tok @> array[w.exact], false) and ${may}`
  for (const row of await on.db.query<Row & { k: string }>(text, params.values, true)) list[Number(row.k) - 1]?.rows.push(row)
}

/** Two that would both make what neither found. Throws `duplicate-write`. */
function checkApart(asked: readonly Asked[]): void {
  const made = new Set<string>()
  for (const { condition, meaning, rows } of asked) {
    if (!condition.makes || rows.length > 0) continue
    if (made.has(meaning)) throw refuse(duplicateWrite, { reference: condition.type }, condition.at)
    made.add(meaning)
  }
}

/**
 * What each condition names, with the audit lines of the questions. Throws what a search throws: a condition is one, and is
 * asked under the caller's grants.
 */
export async function match(
  on: Reading & { db: TransactionDb },
  conditions: readonly Condition[],
): Promise<{ matched: Matched[]; lines: AuditLine[] }> {
  const asked: Asked[] = []
  for (const condition of conditions) {
    const request = await readSearch(on, condition.type, condition.query)
    checkAsked(on.access, request)
    asked.push({ condition, request, meaning: condition.locks || condition.makes ? meaningOf(request) : '', rows: [] })
  }
  await lock(on.ctx, on.db, asked)
  const [plain, other] = [asked.filter((a) => identifierOf(a.request)), asked.filter((a) => !identifierOf(a.request))]
  for (const [type, list] of Map.groupBy(plain, (a) => a.condition.type)) await byIdentifiers(on, type, list)
  for (const one of other) one.rows = (await runSearch(on, { ...one.request, count: (one.condition.most ?? 1) + 1 })).rows
  const lines: AuditLine[] = []
  for (const one of asked) {
    one.rows = recheck(one.request, one.rows, on.ctx.zone)
    lines.push(await searchLine(on, one.request, one.condition.query, one.rows))
  }
  checkApart(asked)
  const matched = asked.map(({ condition: { most }, rows }): Matched => {
    const [row] = rows
    if (!row) return 'none'
    if (rows.length > (most ?? 1)) return 'several'
    return most === undefined ? shownRow(on.access, 'search', row) : { all: rows.map((one) => shownRow(on.access, 'search', one)) }
  })
  return { matched, lines }
}

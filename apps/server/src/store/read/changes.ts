/**
 * History of a type and of everything (FHIR R4, http.html#history), from the log: it is in the order of the commits, which
 * no clock is. Whatever is shown is a version of a row the caller may see the history of.
 */
import { refuse } from '@yba/fhir'
import { grantPredicate, mustNarrow, Params } from '../grants.ts'
import { cursorNumber, cursorText, endNumber } from '../log/reader.ts'
import { narrowYourSearch } from '../outcomes.ts'
import { shownRow } from '../shown.ts'
import { type Row, typeOf } from '../stored.ts'
import type { HistoryAsk, HistoryEntry } from '../types.ts'
import type { Reading } from './rows.ts'

/** Entries of the log that one statement looks at, and statements of one page: a rare type must not walk over all of it. */
const WINDOW = 50_000
const ROUNDS = 4

/** An entry bears the time its transaction began; transactions end within the limits of the pool, long before this. */
const LONGEST_TRANSACTION_MS = 3_600_000

/** How long what is committed may take to be numbered before a page leaves without it. */
const NUMBERED_WITHIN_MS = 2_000

interface ChangeRow extends Row {
  n: string
  payload: string
}

export interface Changes {
  rows: Row[]
  entries: HistoryEntry[]
  next?: string
}

/** Waits until what is committed by now has its numbers: a page shows what its reader has just written. */
async function numbered(on: Reading): Promise<void> {
  const [last] = await on.db.query<{ seq: string | null }>('select max(seq)::text as seq from event where n is null', [], true)
  const end = Date.now() + NUMBERED_WITHIN_MS
  for (let wait = 5; last?.seq && Date.now() < end; wait = Math.min(wait * 2, 100)) {
    const left = await on.db.query('select 1 from event where n is null and seq <= $1::bigint limit 1', [last.seq], true)
    if (left.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

/** Versions told of by log entries from `floor` up to `before`, newest first. */
async function changesIn(on: Reading, ask: HistoryAsk, before: bigint, floor: bigint, most: number): Promise<ChangeRow[]> {
  const params = new Params()
  const where = [`e.n < ${params.add(String(before), 'bigint')}`, `e.n >= ${params.add(String(floor), 'bigint')}`, "e.kind = 'write'"]
  if (ask.type !== undefined) where.push(`e.t = ${params.add(typeOf(ask.type), 'smallint')}`)
  if (ask.since !== undefined) where.push(`e.at >= ${params.add(ask.since.toISOString(), 'timestamptz')}`)
  where.push(grantPredicate(on.access, 'history', 'r', params, ask.type))
  const old = '(h.rid is not null)'
  const came = `case when ${old} then h.lu else r.lu end`
  if (ask.at !== undefined) {
    const next = 'coalesce((select n.lu from hist n where n.rid = r.rid and n.ver = e.ver + 1), r.lu)'
    where.push(`${came} <= ${params.add(ask.at.hi.toISOString(), 'timestamptz')}`)
    where.push(`(r.ver = e.ver or ${next} > ${params.add(ask.at.lo.toISOString(), 'timestamptz')})`)
  }
  const text = `select e.n::text, e.payload, r.rid, r.t, r.id, e.ver, r.pat,
      ${came} as lu, case when ${old} then h.deleted else r.deleted end as deleted,
      case when ${old} then h.content else r.content end as content
    from event e join res r on r.t = e.t and r.id = e.id left join hist h on h.rid = r.rid and h.ver = e.ver and r.ver <> e.ver
    where ${where.join(' and ')} and (r.ver = e.ver or ${old}) order by e.n desc limit ${params.add(most, 'bigint')}`
  return on.db.query<ChangeRow>(text, params.values)
}

/** Whether nothing before this place can be as young as asked. */
async function isTooOld(on: Reading, since: Date | undefined, floor: bigint): Promise<boolean> {
  if (since === undefined) return false
  const [row] = await on.db.query<{ at: Date }>('select at from event where n <= $1::bigint order by n desc limit 1', [String(floor)], true)
  return row === undefined || row.at.getTime() < since.getTime() - LONGEST_TRANSACTION_MS
}

/** How a version came; one that a PUT created says so in the log. */
function methodOf({ deleted, ver, payload }: ChangeRow): HistoryEntry['method'] {
  if (deleted) return 'DELETE'
  const { method } = JSON.parse(payload) as { method?: string }
  return ver === 1 && method !== 'PUT' ? 'POST' : 'PUT'
}

/** One page. Throws `narrow-your-search` where the caller's rights hang on care, `cursor-unknown`. */
export async function changes(on: Reading, ask: HistoryAsk): Promise<Changes> {
  if (mustNarrow(on.access, ask.type, 'history')) throw refuse(narrowYourSearch, { type: ask.type ?? '*' })
  if (ask.cursor === undefined) await numbered(on)
  const from = ask.cursor === undefined ? BigInt(await endNumber(on.db)) + 1n : BigInt(cursorNumber(ask.cursor, on.ctx.epoch))
  const found: ChangeRow[] = []
  let before = from
  for (let round = 0; round < ROUNDS && before > 1n && found.length <= ask.count; round++) {
    const floor = before > BigInt(WINDOW) ? before - BigInt(WINDOW) : 1n
    found.push(...(await changesIn(on, ask, before, floor, ask.count + 1 - found.length)))
    before = (await isTooOld(on, ask.since, floor)) ? 1n : floor
  }
  const rows = found.slice(0, ask.count)
  // A full page goes on behind its last entry, one that ran out of rounds where it stopped looking.
  const place = found.length > ask.count ? rows.at(-1)?.n : before > 1n ? String(before) : undefined
  return {
    rows,
    entries: rows.map((row) => ({ method: methodOf(row), stored: shownRow(on.access, 'history', row) })),
    ...(place === undefined ? {} : { next: cursorText(on.ctx.epoch, place) }),
  }
}

/** Messages the hub could not take, kept as they came until somebody has settled them. Table: `tables/conduct.ts`. */
import type { QuarantineState, QuarantineWords } from '../conduct/contract.ts'
import type { Sql } from './conduct.ts'

export interface Quarantined extends Record<string, unknown> {
  id: string
  facility: string
  at: Date
  route: string
  code: string
  place: string
  size: number
  number: string
  words: QuarantineWords | null
  role: string
  state: QuarantineState
  /** What the hub said when it was tried again. */
  tried: QuarantineWords | null
  settled_at: Date | null
  settled_by: string | null
  reason: string | null
}

/** Kept of each node; what waits for somebody is kept before what is settled. */
const MOST_OF_ONE = 20
/** Somebody was told of it by name: it stays until it is settled, beside the others. As many as people hand on. */
const HANDED_ON = `(state = 'open' and reason is not null)`
const COLUMNS = 'id, facility, at, route, code, place, size, number, words, role, state, tried, settled_at, settled_by, reason'

/** Keeps a refused message as it came; the same message again, refused again, is the same case. */
export async function keepQuarantined(
  db: Sql,
  q: Pick<Quarantined, 'id' | 'facility' | 'route' | 'code' | 'place' | 'number' | 'words'> & { key: string; bytes: Buffer },
  now: Date,
): Promise<void> {
  const again = await db.sql(
    `update node_quarantine set at = $4 where facility = $1 and key = $2 and key <> '' and bytes = $3 and state = 'open' returning id`,
    [q.facility, q.key, q.bytes, now],
  )
  if (again.length > 0) return
  await db.sql(
    `insert into node_quarantine(id, facility, at, route, code, place, size, bytes, number, key, words)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [q.id, q.facility, now, q.route, q.code, q.place, q.bytes.length, q.bytes, q.number, q.key, JSON.stringify(q.words)],
  )
  await db.sql(
    `delete from node_quarantine where facility = $1 and not ${HANDED_ON} and id not in
       (select id from node_quarantine where facility = $1 and not ${HANDED_ON}
        order by state = 'open' desc, at desc, id desc limit ${MOST_OF_ONE})`,
    [q.facility],
  )
}

/** What waits first, then the newest. */
export function quarantined(db: Sql): Promise<Quarantined[]> {
  return db.sql<Quarantined>(`select ${COLUMNS} from node_quarantine order by state <> 'open', at desc limit 500`)
}

/** One case with its bytes; `lock` keeps others from settling it meanwhile. */
export async function quarantinedCase(db: Sql, id: string, lock = false): Promise<(Quarantined & { bytes: Buffer; key: string }) | null> {
  const rows = await db.sql<Quarantined & { bytes: Buffer; key: string }>(
    `select ${COLUMNS}, bytes, key from node_quarantine where id = $1${lock ? ' for update' : ''}`,
    [id],
  )
  return rows[0] ?? null
}

export async function settleQuarantined(
  db: Sql,
  id: string,
  as: { state: QuarantineState; by: string; reason: string },
  now: Date,
): Promise<void> {
  await db.sql(`update node_quarantine set state = $2, settled_by = $3, reason = $4, settled_at = $5 where id = $1`, [
    id,
    as.state,
    as.by,
    as.reason,
    now,
  ])
}

/** Somebody else's work from now on; why stands beside it. */
export async function forwardQuarantined(db: Sql, id: string, role: string, reason: string): Promise<void> {
  await db.sql('update node_quarantine set role = $2, reason = $3 where id = $1', [id, role, reason])
}

/** What it was refused with this time; somebody may have settled it meanwhile. */
export async function noteTried(db: Sql, id: string, words: QuarantineWords): Promise<void> {
  await db.sql(`update node_quarantine set tried = $2 where id = $1 and state = 'open'`, [id, JSON.stringify(words)])
}

/** What was refused for good of one facility, for its own eyes. */
export function refusedFor(db: Sql, facility: string): Promise<Quarantined[]> {
  return db.sql<Quarantined>(
    `select ${COLUMNS} from node_quarantine where facility = $1 and state = 'refused' order by settled_at desc limit 10`,
    [facility],
  )
}

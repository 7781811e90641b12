/**
 * Seals: each takes the audit rows of transactions that have ended, in the order (xid, seq), and hashes them onto the
 * seal before. A seal keeps one line per row, so that a changed row can be named.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { type Db, transaction } from '../db.ts'

/** Rows of one seal at most, unless one transaction wrote more. */
const SEAL_ROWS = 10_000
const LINE = 48

export interface SealedRow {
  xid: string
  seq: string
  digest: Buffer
}

export interface Seal {
  n: string
  epoch: number
  from_xid: string
  to_xid: string
  count: number
  rows: Buffer
  hash: Buffer
}

const SELECT = `
select xid::text, seq::text, epoch::text, (extract(epoch from at) * 1000000)::bigint::text as at, caller, role, facility, purpose, reason,
  action, t, id, ver::text, pats::text, request, outcome, detail
from audit where epoch = $1 and xid >= $2::xid8 and xid < $3::xid8 order by xid, seq`

const COLUMNS = [
  'epoch',
  'at',
  'caller',
  'role',
  'facility',
  'purpose',
  'reason',
  'action',
  't',
  'id',
  'ver',
  'pats',
  'request',
  'outcome',
  'detail',
]

/** The rows of one range as they stand in the table now. The digest leaves the place (xid, seq) out: it tells moved from changed. */
export async function presentRows(db: Db, epoch: number, from: string, to: string): Promise<SealedRow[]> {
  const rows = await db.query<Record<string, string | null>>(SELECT, [epoch, from, to])
  return rows.map((r) => ({
    xid: r.xid ?? '',
    seq: r.seq ?? '',
    digest: createHash('sha256')
      .update(JSON.stringify(COLUMNS.map((c) => r[c] ?? null)))
      .digest(),
  }))
}

export function packRows(rows: readonly SealedRow[]): Buffer {
  const out = Buffer.alloc(rows.length * LINE)
  rows.forEach((r, i) => {
    out.writeBigUInt64BE(BigInt(r.xid), i * LINE)
    out.writeBigUInt64BE(BigInt(r.seq), i * LINE + 8)
    r.digest.copy(out, i * LINE + 16)
  })
  return out
}

export function unpackRows(packed: Buffer): SealedRow[] {
  const out: SealedRow[] = []
  for (let at = 0; at + LINE <= packed.length; at += LINE) {
    out.push({
      xid: packed.readBigUInt64BE(at).toString(),
      seq: packed.readBigUInt64BE(at + 8).toString(),
      digest: packed.subarray(at + 16, at + LINE),
    })
  }
  return out
}

/** What a seal's hash covers: the hash before, its own head, its rows. */
export function sealHash(previous: Buffer, seal: Pick<Seal, 'n' | 'epoch' | 'from_xid' | 'to_xid' | 'count' | 'rows'>): Buffer {
  const head = `yba seal 1\n${seal.n} ${seal.epoch} ${seal.from_xid} ${seal.to_xid} ${seal.count}\n`
  return createHash('sha256').update(previous).update(head).update(seal.rows).digest()
}

export const FIRST = Buffer.alloc(32)
const END_OF_EPOCH = '18446744073709551615'

interface Last {
  n: string
  epoch: number
  to_xid: string
  hash: Buffer
}

/** End of the next seal: settled rows only, and not too many; null when there is nothing to seal. */
async function upTo(db: Db, epoch: number, from: string, settled: string): Promise<string | null> {
  const rows = await db.query<{ xid: string; past: string }>(
    `select xid::text as xid, (xid::text::numeric + 1)::text as past from audit
     where epoch = $1 and xid >= $2::xid8 and xid < $3::xid8 order by xid, seq limit ${SEAL_ROWS}`,
    [epoch, from, settled],
  )
  const last = rows.at(-1)
  if (!last) return null
  return rows.length < SEAL_ROWS ? settled : last.past
}

async function sealOne(db: Db, now: Date): Promise<(Last & { count: number }) | null> {
  await db.query("select pg_advisory_xact_lock(hashtextextended('yba seal', 0))")
  const [last] = await db.query<Last>('select n, epoch, to_xid::text, hash from seal order by n desc limit 1')
  // Everything below the oldest running transaction has ended: no row can appear there any more.
  const [settled] = await db.query<{ xmin: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xmin')
  const epochs = await db.query<{ epoch: number }>('select epoch from epoch where epoch >= $1 order by epoch', [last?.epoch ?? 0])
  const current = epochs.at(-1)?.epoch
  for (const { epoch } of epochs) {
    const from = last?.epoch === epoch ? last.to_xid : '0'
    const to = await upTo(db, epoch, from, epoch === current ? (settled?.xmin ?? '0') : END_OF_EPOCH)
    if (to === null) continue
    const rows = await presentRows(db, epoch, from, to)
    const seal = { n: String(Number(last?.n ?? 0) + 1), epoch, from_xid: from, to_xid: to, count: rows.length, rows: packRows(rows) }
    const hash = sealHash(last?.hash ?? FIRST, seal)
    await db.query(
      'insert into seal (n, epoch, from_xid, to_xid, count, rows, hash, at) values ($1, $2, $3::xid8, $4::xid8, $5, $6, $7, $8)',
      [seal.n, epoch, from, to, seal.count, seal.rows, hash, now],
    )
    return { n: seal.n, epoch, to_xid: to, hash, count: seal.count }
  }
  return null
}

/** Seals all that is settled. Gives the number of rows sealed and the number of the newest seal. */
export async function sealSettled(pool: pg.Pool, now: Date): Promise<{ sealed: number; upTo: number }> {
  let sealed = 0
  for (;;) {
    const made = await transaction(pool, (db) => sealOne(db, now))
    if (!made) break
    sealed += made.count
  }
  const { rows } = await pool.query<{ n: string | null }>('select max(n) as n from seal')
  return { sealed, upTo: Number(rows[0]?.n ?? 0) }
}

/**
 * Indexes all resources anew, beside the work of the site. It can be ended at any moment and goes on where it was: each batch moves
 * its place in the transaction that changes the rows.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { type TransactionDb, transaction } from '../db.ts'
import { rebuild } from './rebuild.ts'
import { differences, judged, SUBJECT, type Subject } from './subjects.ts'

const BATCH = 200
const PLACE = 'reindex'

async function brought(ctx: Context, db: TransactionDb, subjects: readonly Subject[]): Promise<void> {
  const list = subjects.map((subject) => judged(ctx, subject))
  await rebuild(ctx, db, [...(await differences(ctx, db, list)).keys()])
}

/** The next batch in the order of row numbers; false behind the last. Batches of two processes wait for each other. */
async function nextBatch(ctx: Context): Promise<boolean> {
  return transaction(ctx.pool, async (db) => {
    const [place] = await db.query<{ n: string }>('select n from consumer where name = $1 for update', [PLACE])
    if (!place) return false
    const subjects = await db.query<Subject>(
      `select ${SUBJECT} from res r where r.rid > $1 and not r.deleted order by r.rid limit ${BATCH} for no key update of r`,
      [place.n],
    )
    const last = subjects.at(-1)
    if (!last) return false
    await brought(ctx, db, subjects)
    await db.query('update consumer set n = $2 where name = $1', [PLACE, last.rid])
    return true
  })
}

/** What a process of an older release wrote behind the place while this one went on. */
async function writtenMeanwhile(ctx: Context, signal: AbortSignal): Promise<void> {
  const rows = await ctx.db.query<{ rid: string }>(
    'select r.rid from res r join consumer c on c.name = $1 where r.lu >= c.at and not r.deleted order by r.rid',
    [PLACE],
  )
  for (let i = 0; i < rows.length; i += BATCH) {
    signal.throwIfAborted()
    const rids = rows.slice(i, i + BATCH).map((r) => r.rid)
    await transaction(ctx.pool, async (db) => {
      const subjects = await db.query<Subject>(
        `select ${SUBJECT} from res r where r.rid = any($1::bigint[]) and not r.deleted order by r.rid for no key update of r`,
        [rids],
      )
      await brought(ctx, db, subjects)
    })
  }
}

/** Brings every resource's rows to what the write path makes today. Rests as long as it works. Throws what the signal holds. */
export async function reindexAll(ctx: Context, signal: AbortSignal): Promise<void> {
  await ctx.db.query('insert into consumer (name, n, at) values ($1, 0, now()) on conflict (name) do nothing', [PLACE])
  for (;;) {
    signal.throwIfAborted()
    const began = performance.now()
    if (!(await nextBatch(ctx))) break
    await sleep(Math.min(1000, performance.now() - began), undefined, { signal })
  }
  await writtenMeanwhile(ctx, signal)
  await ctx.db.query('delete from consumer where name = $1', [PLACE])
}

/** How far it is: row numbers passed, and the last one there is. */
export async function reindexPlace(ctx: Context): Promise<{ done: number; of: number }> {
  const [row] = await ctx.db.query<{ done: string; last: string }>(
    'select coalesce((select n from consumer where name = $1), 0) as done, coalesce((select max(rid) from res), 0) as last',
    [PLACE],
    true,
  )
  return { done: Number(row?.done ?? 0), of: Number(row?.last ?? 0) }
}

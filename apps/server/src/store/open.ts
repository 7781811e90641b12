/** Opens the store of one site on a migrated database. */

import { createHmac } from 'node:crypto'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Caller } from '../access/caller.ts'
import type { Clock } from '../site.ts'
import { openAudit } from './audit/index.ts'
import { openSpool } from './audit/spool.ts'
import { openWitness } from './audit/witness.ts'
import { fileBlobs } from './blobs/index.ts'
import type { Context, Gate } from './context.ts'
import { isFixed, isUnwritable, openPool, poolDb, transaction } from './db.ts'
import { storeFor } from './handle.ts'
import { hasher } from './hash.ts'
import { rowNumbers } from './ids.ts'
import { openIndexKeeper } from './index-keeper/index.ts'
import { openLog } from './log/index.ts'
import { currentVersion } from './read/rows.ts'
import type { EventLog, StoreRoot } from './types.ts'

export interface StoreOptions {
  /** The site's database; a pool that stays its owner's, or an address. */
  url?: string
  pool?: pg.Pool
  /** Secret for the hashes of tokens, at least 16 bytes, the same for the life of the site. */
  siteKey: Buffer
  clock: Clock
  /** Folder of the blobs. */
  blobFolder: string
  /** Zone of partial dates. */
  zone?: string
  log?: Pick<Logger, 'error' | 'warn'>
  poolSize?: number
  /** Address of the site's FHIR endpoint: references below it are local ones. */
  fhirBase?: string
  /** Judges plain FHIR writes (`as(caller, { plain: true })`). */
  gate?: Gate
  /** Audit rows are sealed this often; 0 = only when asked. */
  sealEveryMs?: number
  /** Folder of the emergency spool; without one nothing is read while the audit cannot be written. */
  spoolFolder?: string
  /** File beside the database that remembers the seals. */
  witnessFile?: string
}

async function currentEpoch(pool: pg.Pool): Promise<EventLog['epoch']> {
  const { rows } = await pool.query<EventLog['epoch']>('select epoch as number, started, why from epoch order by epoch desc limit 1')
  return rows[0] ?? { number: 1, started: new Date(0), why: 'first' }
}

/** Begins a new epoch after a restore: cursors handed out before are refused. Call before the store is opened. */
export async function startEpoch(pool: pg.Pool, why: string): Promise<number> {
  const { rows } = await pool.query<{ epoch: number }>(
    'insert into epoch (epoch, started, why) select max(epoch) + 1, now(), $1 from epoch returning epoch',
    [why],
  )
  return rows[0]?.epoch ?? 1
}

/**
 * A database that was put back by other means than ours (a copy of the disk, the operator's own tools) does not say so.
 * The list of seals beside it does: seals written down that the database has not got mean that what was given out since,
 * numbers of the log included, is unknown to it. Begins a new epoch then, once.
 */
async function epochAfterSetBack(pool: pg.Pool, witnessFile: string | undefined, now: Date): Promise<number | undefined> {
  if (witnessFile === undefined) return undefined
  const lost = await openWitness(poolDb(pool), witnessFile).aheadOf()
  if (lost === undefined) return undefined
  const why = `older than its list of seals (${lost})`
  return transaction(pool, async (db) => {
    await db.query("select pg_advisory_xact_lock(hashtextextended('yba epoch', 0))")
    const [last] = await db.query<{ epoch: number; why: string }>('select epoch, why from epoch order by epoch desc limit 1')
    if (!last || last.why === why) return undefined
    await db.query('insert into epoch (epoch, started, why) values ($1, $2, $3)', [last.epoch + 1, now, why])
    return last.epoch + 1
  })
}

function everyMs(ms: number, work: () => Promise<unknown>, failed: (error: unknown) => void): () => void {
  if (ms <= 0) return () => undefined
  const timer = setInterval(() => {
    work().catch(failed)
  }, ms)
  timer.unref()
  return () => clearInterval(timer)
}

/** Takes a migrated database (`migrateStore`). Close it before the pool's owner ends the pool. */
export async function openStore(options: StoreOptions): Promise<StoreRoot> {
  if (!options.pool && !options.url) throw new Error('openStore needs a pool or an address')
  const pool = options.pool ?? openPool(options.url ?? '', options.poolSize ?? 10)
  const failed = (what: string, error: unknown) => options.log?.error({ err: error, what }, 'store')
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  const onPoolError = (error: unknown) => failed('pool', error)
  pool.on('error', onPoolError)
  const setBack = await epochAfterSetBack(pool, options.witnessFile, options.clock.now())
  if (setBack !== undefined) options.log?.warn({ epoch: setBack }, 'the database is older than its list of seals: a new epoch began')
  const began = await currentEpoch(pool)
  const hashes = hasher(options.siteKey)
  const spool = options.spoolFolder
    ? openSpool({
        pool,
        folder: options.spoolFolder,
        key: createHmac('sha256', options.siteKey).update('audit spool').digest(),
        epoch: began.number,
        now: () => options.clock.now(),
        warn: (what, facts) => options.log?.warn(facts, what),
      })
    : undefined
  const audit = openAudit(pool, options.clock, hashes, began.number, options.witnessFile, spool)
  await audit.replay().catch((e) => failed('spool', e))
  const log = openLog({ pool, epoch: began, failed })
  const ctx: Context = {
    pool,
    db: poolDb(pool),
    clock: options.clock,
    hashes,
    rids: rowNumbers(),
    zone: options.zone ?? '+07:00',
    epoch: began.number,
    audit,
    blobs: fileBlobs(options.blobFolder),
    base: options.fhirBase,
    ...(options.gate ? { gate: options.gate } : {}),
    ...(spool ? { spool } : {}),
    committed: log.committed,
  }
  const index = await openIndexKeeper(ctx, (e) => failed('index', e))
  const stopReplaying = everyMs(
    spool ? 5000 : 0,
    async () => {
      // A database that takes no rows yet says so each time; that is no news.
      if (spool && spool.waiting() > 0) await spool.replay().catch((e) => (isUnwritable(e) ? undefined : failed('spool', e)))
    },
    (e) => failed('spool', e),
  )
  const stopSealing = everyMs(options.sealEveryMs ?? 60_000, audit.seal, (e) => failed('sealer', e))
  return {
    as: (caller: Caller, how = {}) => storeFor(ctx, caller, how.plain ?? false),
    blobs: ctx.blobs,
    log,
    audit,
    index,
    use: (more) => void Object.assign(ctx, more),
    versionOf: (type, id) => currentVersion(ctx.db, type, id),
    sql: <R extends Record<string, unknown>>(text: string, values: unknown[] = []) => ctx.db.query<R>(text, values, isFixed(text)),
    async close() {
      stopSealing()
      stopReplaying()
      await index.stop()
      await spool?.close()
      await log.close()
      pool.off('error', onPoolError)
      if (!options.pool) await pool.end()
    },
  }
}

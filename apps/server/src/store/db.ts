/**
 * The store's way to PostgreSQL: a pool whose connections pipeline, prepared statements by text, and one transaction
 * runner that retries whole on serialization failures and deadlocks.
 */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import pg from 'pg'
import { tooBusy } from './outcomes.ts'

export type Values = readonly unknown[]
export type Rows<R> = Promise<R[]>

/** Anything that runs SQL: the pool (each statement its own transaction) or a transaction's connection. */
export interface Db {
  /** `prepared`: the text is fixed, so the server may keep its plan. Search texts vary and their plans must fit the values. */
  query<R>(text: string, values?: Values, prepared?: boolean): Rows<R>
}

const names = new Map<string, string>()

/** Texts a connection keeps prepared at most: searches come in many shapes, and each costs the server memory. */
const PREPARED = 500

/** Name of a prepared statement; undefined when there are enough of them. */
function nameOf(text: string): string | undefined {
  let name = names.get(text)
  if (!name && names.size < PREPARED) {
    name = createHash('sha1').update(text).digest('hex').slice(0, 20)
    names.set(text, name)
  }
  return name
}

interface Corked {
  cork(): void
  uncork(): void
}

const corked = new WeakSet<Corked>()

/** What one connection is asked before the process turns to something else leaves in one write: each write is a system call. */
function gather(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection?: { stream?: Corked } }).connection ?? {}
  if (!stream || corked.has(stream)) return
  corked.add(stream)
  stream.cork()
  process.nextTick(() => {
    corked.delete(stream)
    stream.uncork()
  })
}

async function run<R>(on: pg.Pool | pg.PoolClient, text: string, values: Values, prepared: boolean): Rows<R> {
  if (!(on instanceof pg.Pool)) gather(on)
  const name = prepared ? nameOf(text) : undefined
  const config = { ...(name ? { name } : {}), text, values: values as unknown[] }
  const result = await on.query(config)
  return result.rows as R[]
}

/** A table got another column while a connection held a plan over the old ones (a newer process migrated beside this one). */
const isOutdated = (error: unknown): boolean =>
  error instanceof Error &&
  (error as { code?: unknown }).code === '0A000' &&
  // The message is in the server's language, the name of its routine is not.
  (error as { routine?: unknown }).routine === 'RevalidateCachedQuery'

/** The pool as a Db. */
export const poolDb = (pool: pg.Pool): Db => ({
  query: <R>(text: string, values: Values = [], prepared = false) =>
    run<R>(pool, text, values, prepared).catch((error: unknown) => {
      if (!isOutdated(error)) throw error
      return run<R>(pool, text, values, false)
    }),
})

/** A text a feature wrote down: one statement that reads or writes rows, so that the server may keep its plan. */
export const isFixed = (text: string): boolean => /^\s*(select|with|insert|update|delete)\b[^;]*$/i.test(text)

/** A pool whose connections pipeline their statements. */
export function openPool(url: string, size: number): pg.Pool {
  // A full pool answers with an error after a while: work that waits for itself must not hang for ever.
  const config: pg.PoolConfig & { pipeline: boolean } = {
    connectionTimeoutMillis: 20_000,
    connectionString: url,
    max: size,
    pipeline: true,
    idleTimeoutMillis: 30_000,
    statement_timeout: 60_000,
    // Work that forgot its transaction must not hold locks, dead rows and the sealing of the audit for ever.
    idle_in_transaction_session_timeout: 600_000,
  }
  const pool = new pg.Pool(config)
  // A connection that dies while idle (PostgreSQL restarted) is replaced at its next use; without a listener it ends the process.
  pool.on('error', () => undefined)
  // The same between two statements of a transaction, where the pool does not listen: the next statement tells.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** One open transaction. BEGIN travels with the first statement, so work before it holds no connection. */
export interface TransactionDb extends Db {
  /**
   * Runs the statements in order without waiting for each; throws the first failure after all have ended. `keepPlans`: by
   * the plans the server has, whatever the values. It would plan a write that names its rows by an array anew each time,
   * for one row looks cheaper than the ten it expects of an array, and planning is dearer than the write.
   */
  together(statements: readonly [text: string, values: Values][], how?: { keepPlans: boolean }): Promise<Record<string, unknown>[][]>
  /** Statements that leave together with the commit: one way to the server instead of two. A failed one fails the transaction. */
  last(statements: readonly [text: string, values: Values][]): void
}

interface Connection extends TransactionDb {
  /** `outdated`: rolled back, and the connection with its old plans is not used again. */
  finish(how: 'commit' | 'rollback' | 'outdated'): Promise<void>
}

/** Waits for all, then throws the first failure: no statement of a failed group runs on after its error is known. */
async function settle<R>(pending: Promise<R>[]): Promise<R[]> {
  const settled = await Promise.allSettled(pending)
  for (const s of settled) if (s.status === 'rejected') throw s.reason
  return settled.map((s) => (s as PromiseFulfilledResult<R>).value)
}

const BEGIN = 'begin isolation level read committed'
const KEEP_PLANS = 'set local plan_cache_mode to force_generic_plan'
const FIT_PLANS = 'set local plan_cache_mode to auto'

const pipelines = (client: pg.PoolClient): boolean => Boolean((client as { pipeline?: boolean }).pipeline)

/** `fixed`: whether statements may be kept prepared. */
function connection(pool: pg.Pool, fixed: boolean): Connection {
  let opening: Promise<pg.PoolClient> | undefined
  const open = async () => {
    const client = await pool.connect()
    gather(client)
    const begun = client.query(BEGIN)
    // Where statements pipeline, the first one need not wait for it; a failed begin fails them all.
    if (pipelines(client)) begun.catch(() => undefined)
    else await begun
    return client
  }
  const client = () => {
    opening ??= open()
    return opening
  }
  const together: TransactionDb['together'] = async (statements, how) => {
    const c = await client()
    if (statements.length === 0) return []
    if (pipelines(c)) {
      const keep = how?.keepPlans && fixed
      gather(c)
      // Whatever fails these fails the statement between them, too, and that tells.
      if (keep) c.query(KEEP_PLANS).catch(() => undefined)
      const answers = settle(statements.map(([text, values]) => run<Record<string, unknown>>(c, text, values, fixed)))
      if (keep) c.query(FIT_PLANS).catch(() => undefined)
      return answers
    }
    const out: Record<string, unknown>[][] = []
    for (const [text, values] of statements) out.push(await run(c, text, values, fixed))
    return out
  }
  let closing: readonly [text: string, values: Values][] = []
  return {
    query: async (text, values = [], prepared = false) => run(await client(), text, values, prepared && fixed),
    together,
    last(statements) {
      closing = [...closing, ...statements]
    },
    finish: async (how) => {
      const wanted = how === 'commit' ? closing : []
      if (!opening && wanted.length === 0) return
      const c = await client()
      opening = undefined
      // Sent in order: PostgreSQL answers the commit behind a failed statement with ROLLBACK.
      const before = Promise.all(wanted.map(([text, values]) => run(c, text, values, fixed)))
      if (!pipelines(c)) await Promise.allSettled([before])
      gather(c)
      const [prior, done] = await Promise.allSettled([before, c.query(how === 'commit' ? how : 'rollback')])
      if (done.status === 'rejected') c.release(done.reason instanceof Error ? done.reason : true)
      else c.release(how === 'outdated')
      if (prior.status === 'rejected') throw prior.reason
      if (done.status === 'rejected') throw done.reason
      // PostgreSQL answers the commit of a broken transaction with ROLLBACK, not with an error.
      if (how === 'commit' && done.value.command === 'ROLLBACK') throw new Error('the transaction had failed before its commit')
    },
  }
}

/** The database answers and takes no rows: read-only, rights taken away, disk full. */
export const isUnwritable = (error: unknown): boolean =>
  error instanceof Error && ['25006', '42501', '53100'].includes(String((error as { code?: unknown }).code ?? ''))

/** Thrown by the store itself where another transaction won a race and a second look will settle it. */
export class Again extends Error {}

const RETRY = new Set(['40001', '40P01'])
const ATTEMPTS = 8

function isRetry(error: unknown): boolean {
  return error instanceof Again || isOutdated(error) || (error instanceof Error && RETRY.has((error as { code?: string }).code ?? ''))
}

/**
 * Runs `work` in one READ COMMITTED transaction; again from the start on 40001 and 40P01. `failed` is told of the
 * error of each rolled back attempt. Throws `too-busy` when retries do not help.
 */
export async function transaction<T>(pool: pg.Pool, work: (db: TransactionDb) => Promise<T>): Promise<T> {
  // A pool may be full of connections with old plans, more than there are attempts: without plans the next one does.
  let fixed = true
  for (let attempt = 1; ; attempt++) {
    const c = connection(pool, fixed)
    try {
      const out = await work(c)
      await c.finish('commit')
      return out
    } catch (error) {
      // A lost connection cannot roll back; the server does it, and the first error is the one to tell.
      await c.finish(isOutdated(error) ? 'outdated' : 'rollback').catch(() => undefined)
      if (!isRetry(error)) throw error
      if (isOutdated(error)) fixed = false
      if (attempt === ATTEMPTS) throw refuse(tooBusy, { attempts: attempt })
      await new Promise((r) => setTimeout(r, Math.random() * 5 * 2 ** attempt))
    }
  }
}

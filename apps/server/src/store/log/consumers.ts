/**
 * Durable consumers. Their place stands in the database and moves after the entries were handled, so an entry may come
 * twice and never not at all. An advisory lock on one kept session makes a name run in one process at a time; it falls
 * with the process.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Db } from '../db.ts'
import type { LogEntry } from '../types.ts'

const BATCH = 200
const LONGEST_PAUSE = 30_000

export interface ConsumerHost {
  pool: pg.Pool
  db: Db
  /** Entries after `n`; of the newest ones those that were looked up for somebody before. */
  after(n: string, limit: number): Promise<LogEntry[]>
  /** Resolves when something after `n` may be there, or after `ms`. */
  wait(n: string, ms: number, signal: AbortSignal): Promise<void>
  failed(name: string, error: unknown): void
}

async function place(db: Db, name: string): Promise<string> {
  await db.query('insert into consumer (name, n, at) values ($1, 0, now()) on conflict (name) do nothing', [name], true)
  const [row] = await db.query<{ n: string }>('select n from consumer where name = $1', [name], true)
  return row?.n ?? '0'
}

const MOVE = 'update consumer set n = $2, at = now(), failures = 0, problem = null where name = $1'
const FAIL = 'update consumer set at = now(), failures = failures + 1, problem = $2 where name = $1'

/** Waits, or until the signal falls; leaves no listener on a signal that lives on. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined)

interface Consumer {
  name: string
  handle(entries: LogEntry[]): Promise<void>
  /** Milliseconds between two pages: what comes meanwhile is handled at once. */
  rest: number
}

async function handleAll(host: ConsumerHost, { name, handle, rest }: Consumer, signal: AbortSignal): Promise<void> {
  let n = await place(host.db, name)
  for (let failures = 0; !signal.aborted; ) {
    const entries = await host.after(n, BATCH)
    const last = entries.at(-1)
    if (!last) {
      await host.wait(n, 30_000, signal)
      continue
    }
    try {
      await handle(entries)
      n = last.cursor.slice(last.cursor.indexOf('.') + 1)
      await host.db.query(MOVE, [name, n], true)
      failures = 0
      if (rest > 0) await pause(rest, signal)
    } catch (error) {
      if (signal.aborted) return
      host.failed(name, error)
      // The name of the failure only: messages may carry clinical text.
      await host.db.query(FAIL, [name, error instanceof Error ? error.name : 'unknown'], true)
      await pause(Math.min(LONGEST_PAUSE, 100 * 2 ** failures++), signal)
    }
  }
}

/** One session that holds the locks of all consumers of a process. */
export function lockSession(pool: pg.Pool) {
  let session: Promise<pg.PoolClient> | undefined
  let lost = new AbortController()

  async function open(): Promise<pg.PoolClient> {
    const client = await pool.connect()
    const mine = lost
    client.once('error', () => {
      session = undefined
      lost = new AbortController()
      mine.abort()
      client.release(true)
    })
    return client
  }

  return {
    /** True when the lock is ours now; `lost` falls with the session. */
    async take(name: string): Promise<{ lost: AbortSignal } | null> {
      session ??= open()
      const client = await session.catch((error) => {
        session = undefined
        throw error
      })
      const signal = lost.signal
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as mine', [
        `yba consumer ${name}`,
      ])
      if (!rows[0]?.mine) return null
      return { lost: signal }
    },
    async give(name: string): Promise<void> {
      const client = await session
      await client?.query('select pg_advisory_unlock(hashtextextended($1, 0))', [`yba consumer ${name}`])
    },
    /** Gives the session back to the pool; with it go locks that were not given. */
    async close(): Promise<void> {
      const client = await session?.catch(() => undefined)
      session = undefined
      if (!client) return
      client.removeAllListeners('error')
      client.release(true)
    },
  }
}

/** Starts a consumer; it takes over when the process that holds the name ends. */
export function startConsumer(host: ConsumerHost, locks: ReturnType<typeof lockSession>, consumer: Consumer): { stop(): Promise<void> } {
  const { name } = consumer
  const stopping = new AbortController()

  async function turn(): Promise<void> {
    const held = await locks.take(name)
    if (!held) return pause(500, stopping.signal)
    try {
      await handleAll(host, consumer, AbortSignal.any([stopping.signal, held.lost]))
    } finally {
      if (!held.lost.aborted) await locks.give(name)
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await turn()
      } catch (error) {
        if (stopping.signal.aborted) return
        host.failed(name, error)
        await pause(1000, stopping.signal)
      }
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** The site's one log: sequencer, readers, consumers. */
import { refuse } from '@yba/fhir'
import type pg from 'pg'
import { poolDb } from '../db.ts'
import { cursorUnknown } from '../outcomes.ts'
import type { EventLog, LogEntry } from '../types.ts'
import { lockSession, startConsumer } from './consumers.ts'
import { cursorNumber, cursorText, entriesAfter } from './reader.ts'
import { startSequencer } from './sequencer.ts'
import { openTail } from './tail.ts'

export interface Log extends EventLog {
  committed(): void
  close(): Promise<void>
}

export interface LogOptions {
  pool: pg.Pool
  epoch: EventLog['epoch']
  pollMs?: number
  failed(what: string, error: unknown): void
}

const READ_LIMIT = 1000

/** A sleep that ends with the time, the signal, or whoever wakes the sleepers. */
function sleep(sleepers: Set<() => void>, ms: number, signal?: AbortSignal): { done: Promise<void>; cancel(): void } {
  let cancel: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer)
      sleepers.delete(end)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    sleepers.add(end)
    signal?.addEventListener('abort', end, { once: true })
    cancel = end
  })
  return { done, cancel }
}

/** Waits for entries of some kinds; all others are passed over without a word. */
function hearing(
  read: EventLog['read'],
  waitAfter: (n: string, ms: number, signal?: AbortSignal) => Promise<void>,
  epoch: number,
): EventLog['heard'] {
  return async (cursor, kinds, ms, signal) => {
    const until = Date.now() + ms
    for (let place = cursor; ; ) {
      const page = await read(place, READ_LIMIT)
      place = page.cursor
      const left = until - Date.now()
      if (left <= 0 || signal?.aborted || page.entries.some((e) => kinds.includes(e.kind))) return place
      if (page.entries.length < READ_LIMIT) await waitAfter(cursorNumber(place, epoch), left, signal)
    }
  }
}

/** Opens the log of a migrated database. */
export function openLog({ pool, epoch: began, pollMs = 1000, failed }: LogOptions): Log {
  const epoch = began.number
  const db = poolDb(pool)
  const tail = openTail(db, epoch)
  const sleepers = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of [...sleepers]) wake()
  }
  const numbered = (entries: LogEntry[]) => {
    tail.told(entries)
    wakeAll()
  }
  const sequencer = startSequencer({ pool, epoch, pollMs, numbered, failed: (e) => failed('sequencer', e) })

  /** Sleeps until numbers were given here; another process's numbers are seen by looking once per poll. */
  async function waitAfter(n: string, ms: number, signal?: AbortSignal): Promise<void> {
    const until = Date.now() + ms
    while (!signal?.aborted) {
      // The place in line is taken before looking, so that nothing slips in between.
      const slept = sleep(sleepers, Math.min(pollMs, Math.max(0, until - Date.now())), signal)
      if ((await tail.end()) > BigInt(n)) return slept.cancel()
      await slept.done
      if (Date.now() >= until) return
    }
  }

  /** What `waitAfter` saw is read once for all; a consumer at the end of it waits, and waiting looks again. */
  const after = async (n: string, limit: number) => tail.after(BigInt(n), limit) ?? (await entriesAfter(db, epoch, n, limit))

  async function read(cursor: string, limit: number): Promise<{ entries: LogEntry[]; cursor: string }> {
    const n = cursorNumber(cursor, epoch)
    // A number nobody has given yet: the database was put back by other means than ours.
    if (BigInt(n) > (await tail.end()) && BigInt(n) > (await tail.endNow())) throw refuse(cursorUnknown)
    const most = Math.min(limit, READ_LIMIT)
    const entries = tail.after(BigInt(n), most) ?? (await entriesAfter(db, epoch, n, most))
    return { entries, cursor: entries.at(-1)?.cursor ?? (cursor === '' ? cursorText(epoch, 0) : cursor) }
  }

  const host = { pool, db, after, wait: waitAfter, failed: (name: string, e: unknown) => failed(`consumer ${name}`, e) }
  const locks = lockSession(pool)
  const running = new Set<{ stop(): Promise<void> }>()
  return {
    epoch: began,
    committed: sequencer.wake,
    read,
    heard: hearing(read, waitAfter, epoch),
    async wait(cursor, ms, signal) {
      await waitAfter(cursorNumber(cursor, epoch), ms, signal)
    },
    consume(name, handle, { rest = 0 } = {}) {
      const consumer = startConsumer(host, locks, { name, handle, rest })
      running.add(consumer)
      return {
        async stop() {
          running.delete(consumer)
          await consumer.stop()
        },
      }
    },
    end: async () => cursorText(epoch, String(await tail.end())),
    async close() {
      await sequencer.stop()
      await Promise.all([...running].map((c) => c.stop()))
      await locks.close()
      wakeAll()
    },
  }
}

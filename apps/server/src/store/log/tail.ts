/**
 * The newest entries of the log, read once for everybody who follows its end: a hundred open screens ask the database
 * as often as one does.
 */
import type { Db } from '../db.ts'
import type { LogEntry } from '../types.ts'
import { endNumber, entriesAfter } from './reader.ts'

const KEPT = 2000
const PAGE = 1000

export interface Tail {
  /** Number of the newest entry that was numbered when this was called. */
  end(): Promise<bigint>
  /** Entries after `n` as of the last `end()`; undefined when `n` is older than what is kept. */
  after(n: bigint, limit: number): LogEntry[] | undefined
}

export function openTail(db: Db, epoch: number): Tail {
  /** Everything after `from` up to `to` is in `kept`. */
  let from: bigint | undefined
  let to = 0n
  let kept: { n: bigint; entry: LogEntry }[] = []
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  async function startAt(n: string): Promise<void> {
    kept = []
    from = BigInt(n)
    to = from
  }

  async function look(): Promise<void> {
    if (from === undefined) return startAt(await endNumber(db))
    const fresh = await entriesAfter(db, epoch, String(to), PAGE)
    // Far behind (this process slept): whoever needs the entries between reads them from the table.
    if (fresh.length === PAGE) return startAt(await endNumber(db))
    for (const entry of fresh) kept.push({ n: numberOf(entry), entry })
    to = kept.at(-1)?.n ?? to
    if (kept.length > KEPT) {
      kept = kept.slice(-KEPT)
      from = (kept[0]?.n ?? to) - 1n
    }
  }

  /** A look that began after this call: who joins one under way could miss what was numbered meanwhile. */
  function freshLook(): Promise<void> {
    if (!running) {
      running = look().finally(() => {
        running = undefined
      })
      return running
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return freshLook()
      })
    return next
  }

  return {
    async end() {
      await freshLook()
      return to
    },
    after(n, limit) {
      if (from === undefined || n < from) return undefined
      const first = kept.findIndex((k) => k.n > n)
      return first < 0 ? [] : kept.slice(first, first + limit).map((k) => k.entry)
    },
  }
}

const numberOf = (entry: LogEntry): bigint => BigInt(entry.cursor.slice(entry.cursor.indexOf('.') + 1))

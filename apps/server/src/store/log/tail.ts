/**
 * The newest entries of the log, read once for everybody who follows its end: a hundred open screens ask the database
 * as often as one does. What this process numbered itself is not asked for at all.
 */
import type { Db } from '../db.ts'
import type { LogEntry } from '../types.ts'
import { endNumber, entriesAfter } from './reader.ts'

const KEPT = 2000
const PAGE = 1000
/** What other processes numbered is looked for so often at most; whoever waits for them polls by the second anyway. */
const FRESH_MS = 100

export interface Tail {
  /** Number of the newest entry: what was numbered here is in it at once, another process's after a tenth of a second. */
  end(): Promise<bigint>
  /** The same, looked up now. */
  endNow(): Promise<bigint>
  /** These were numbered here and are committed. */
  told(entries: readonly LogEntry[]): void
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
  /** Nothing numbered here before this moment is missing in `kept`. */
  let seenAt = Number.NEGATIVE_INFINITY
  /** Times something was told that did not follow what is kept. */
  let missed = 0

  function keep(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const n = numberOf(entry)
      // A look under way may bring what was told meanwhile.
      if (n <= to) continue
      kept.push({ n, entry })
      to = n
    }
    if (kept.length <= KEPT) return
    kept = kept.slice(-KEPT)
    from = (kept[0]?.n ?? to) - 1n
  }

  function startAt(n: bigint): void {
    // Told meanwhile of newer ones.
    if (from !== undefined && n < to) return
    kept = []
    from = n
    to = n
  }

  async function look(): Promise<void> {
    const [began, told] = [performance.now(), missed]
    if (from === undefined) startAt(BigInt(await endNumber(db)))
    else {
      const fresh = await entriesAfter(db, epoch, String(to), PAGE)
      // Far behind (this process slept): whoever needs the entries between reads them from the table.
      if (fresh.length === PAGE) startAt(BigInt(await endNumber(db)))
      else keep(fresh)
    }
    if (told === missed) seenAt = Math.max(seenAt, began)
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
      if (performance.now() - seenAt > FRESH_MS) await freshLook()
      return to
    },
    async endNow() {
      await freshLook()
      return to
    },
    told(entries) {
      const [first] = entries
      // Numbers have no gaps: what follows the last one known is all there is. Anything else is looked up.
      if (from !== undefined && first && numberOf(first) === to + 1n) {
        keep(entries)
        seenAt = performance.now()
      } else {
        missed++
        seenAt = Number.NEGATIVE_INFINITY
      }
    },
    after(n, limit) {
      if (from === undefined || n < from) return undefined
      const first = kept.findIndex((k) => k.n > n)
      return first < 0 ? [] : kept.slice(first, first + limit).map((k) => k.entry)
    },
  }
}

const numberOf = (entry: LogEntry): bigint => BigInt(entry.cursor.slice(entry.cursor.indexOf('.') + 1))

/**
 * Numbers the visible, unnumbered event rows, after their transactions have committed. One process numbers at a time
 * (advisory lock); a row that becomes visible late gets a late number, so a reader never misses one.
 */
import type pg from 'pg'
import { transaction } from '../db.ts'
import type { LogEntry } from '../types.ts'
import { COLUMNS, type EventLine, entry } from './reader.ts'

const ROUND = 5000

const NUMBER = `
with fresh as (select seq, row_number() over (order by seq) as k
    from (select seq from event where n is null and seq > $2 order by seq limit ${ROUND}) f),
  last as (select coalesce(max(n), 0) as n from event where n is not null)
update event e set n = last.n + fresh.k, epoch = $1 from fresh, last where e.seq = fresh.seq`

const LOCK = `
select pg_try_advisory_xact_lock(hashtextextended('yba sequencer', 0)) as mine,
  coalesce(pg_sequence_last_value('event_seq_seq'), 0)::text as seq`

// After LOCK: whoever had taken a place by then has a transaction number below ours.
const HORIZON = 'select pg_current_xact_id()::text as next, pg_snapshot_xmin(pg_current_snapshot())::text as xmin'

interface Horizon {
  xmin: string
  next: string
  seq: string
}

/**
 * Where to begin looking. While somebody holds an old snapshot (a long read, a dump) the index keeps every row that was
 * unnumbered once, and each look would walk over all of them. Rows that took their place before a moment whose running
 * transactions have all ended are numbered or gone for ever; a transaction that hangs open only keeps the floor where it is.
 */
class Floor {
  seq = '0'
  #mark: Horizon | undefined

  /** After a round; `whole`: it took all there was. The horizon is older than what the round saw. */
  after(now: Horizon, whole: boolean): void {
    if (this.#mark && BigInt(now.xmin) >= BigInt(this.#mark.next) && whole) {
      this.seq = this.#mark.seq
      this.#mark = undefined
    }
    this.#mark ??= now
  }
}

/** Numbers what is there. Gives what was numbered, in order; null when another process is at it. */
async function numberRound(pool: pg.Pool, epoch: number, floor: Floor): Promise<LogEntry[] | null> {
  return transaction(pool, async (db) => {
    const [lock] = await db.query<{ mine: boolean; seq: string }>(LOCK, [], true)
    if (!lock?.mine) return null
    // Statements of their own: their snapshots must be younger than the lock.
    const [horizon, rows] = await db.together([
      [HORIZON, []],
      [`with done as (${NUMBER} returning ${COLUMNS('e')}) select * from done order by n`, [epoch, floor.seq]],
    ])
    const lines = (rows ?? []) as unknown as EventLine[]
    floor.after({ ...(horizon?.[0] as Omit<Horizon, 'seq'>), seq: lock.seq }, lines.length < ROUND)
    return lines.map((line) => entry(line, epoch))
  })
}

export interface Sequencer {
  /** Something was committed here. */
  wake(): void
  stop(): Promise<void>
}

export interface SequencerOptions {
  pool: pg.Pool
  epoch: number
  /** Told what was numbered here, after its commit. */
  numbered(entries: LogEntry[]): void
  /** Told of failures; the sequencer goes on. */
  failed(error: unknown): void
  /** Poll for rows of other processes, ms. */
  pollMs: number
}

/** Runs until stopped: at once after a local commit, else by polling. */
export function startSequencer(options: SequencerOptions): Sequencer {
  let wanted = false
  let stopped = false
  let running: Promise<void> | undefined
  const floor = new Floor()

  async function run(): Promise<void> {
    while (wanted && !stopped) {
      wanted = false
      try {
        const done = await numberRound(options.pool, options.epoch, floor)
        if (done?.length) options.numbered(done)
        if (done?.length === ROUND) wanted = true
        if (!done) {
          // The other process may have looked before our commit was visible.
          await new Promise((r) => setTimeout(r, 20))
          wanted = true
        }
      } catch (error) {
        if (!stopped) options.failed(error)
      }
    }
    running = undefined
  }

  const wake = () => {
    wanted = true
    if (!stopped) running ??= run()
  }
  const look = async () => {
    try {
      const { rows } = await options.pool.query('select 1 from event where n is null and seq > $1 limit 1', [floor.seq])
      if (rows.length > 0) wake()
    } catch (error) {
      if (!stopped) options.failed(error)
    }
  }
  let looking: Promise<void> | undefined
  const poll = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }, options.pollMs)
  poll.unref()
  // What the process before committed and did not number.
  wake()
  return {
    wake,
    async stop() {
      stopped = true
      clearInterval(poll)
      await looking
      await running
    },
  }
}

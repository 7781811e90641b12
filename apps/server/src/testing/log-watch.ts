/** Watching a storm on the log: processes that write and die, a reader that polls, and what must hold afterwards. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { LogEntry, StoreRoot } from '../store/index.ts'

const SCRIPT = join(import.meta.dirname, 'log-storm.ts')

/** A process with so many writers, once it is up. */
export async function stormProcess(url: string, writers: number, seed: number): Promise<ChildProcess> {
  const child = fork(SCRIPT, [url, String(writers), String(seed)], { execArgv: ['--disable-warning=ExperimentalWarning'] })
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  assert.equal(said, 'up')
  return child
}

export async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** Polls the log by cursor, pages of random size, until stopped; then to the end. */
export function pollingReader(root: StoreRoot): { seen: LogEntry[]; stop(): Promise<void> } {
  const seen: LogEntry[] = []
  let cursor = ''
  let stopping = false
  const once = async (): Promise<number> => {
    const page = await root.log.read(cursor, 1 + Math.floor(Math.random() * 60))
    cursor = page.cursor
    seen.push(...page.entries)
    return page.entries.length
  }
  const running = (async () => {
    while (!stopping) if ((await once()) === 0) await delay(Math.random() * 30)
    while ((await once()) > 0);
  })()
  return {
    seen,
    async stop() {
      stopping = true
      await running
    },
  }
}

/** Waits until everything committed is numbered and the consumer has seen it. */
export async function settled(pool: pg.Pool): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    const { rows } = await pool.query<{ open: string; behind: string }>(
      `select (select count(*) from event where n is null) as open,
        (select coalesce(max(n), 0) from event) - coalesce((select n from consumer where name = 'storm'), 0) as behind`,
    )
    if (rows[0]?.open === '0' && rows[0].behind === '0') return
    await delay(50)
  }
  throw new Error('the log does not settle')
}

/** Every committed version is one entry, read once, in the order of versions within its thread; nothing rolled back is there. */
export async function holds(pool: pg.Pool, seen: readonly LogEntry[]): Promise<{ entries: number; again: number }> {
  const committed = await pool.query<{ id: string; ver: number }>(`select id, ver from res where id ~ '^t\\d+$'`)
  const marks = new Set(seen.map((e) => e.cursor))
  assert.equal(marks.size, seen.length, 'nothing is read twice')
  const numbers = seen.map((e) => Number(e.cursor.split('.')[1]))
  assert.deepEqual(
    numbers,
    [...numbers.keys()].map((i) => i + 1),
    'numbers without a gap, in order',
  )
  for (const { id, ver } of committed.rows) {
    const mine = seen.filter((e) => e.thread === `Basic/${id}`)
    const versions = Array.from({ length: ver }, (_, i) => i + 1)
    assert.deepEqual(
      mine.filter((e) => e.kind === 'write').map((e) => e.versionId),
      versions,
      `${id}: versions`,
    )
    assert.deepEqual(
      mine.filter((e) => e.kind === 'storm').map((e) => e.payload.version),
      versions,
      `${id}: events`,
    )
  }
  const effects = await pool.query<{ n: string; times: number }>('select n, times from storm_effect order by n')
  assert.deepEqual(
    effects.rows.map((r) => Number(r.n)),
    numbers,
    'the consumer has had every entry',
  )
  return { entries: seen.length, again: effects.rows.reduce((sum, r) => sum + r.times - 1, 0) }
}

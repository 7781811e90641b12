/**
 * `npm run test:long`: the storm of log.test.ts for longer, with a process killed every few seconds, a transaction that
 * hangs open for a minute and a snapshot held all along. Prints how late the log ran meanwhile.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { holds, kill, pollingReader, settled, stormProcess } from '../../testing/log-watch.ts'
import { testStore } from '../testing.ts'

const SECONDS = Number(process.env.YBA_SECONDS ?? 70)

test(`${SECONDS} seconds of 32 writers, deaths, a hanging transaction and a held snapshot`, async (t) => {
  const store = await testStore()
  const { pool, url } = store.database
  const [hanging, reading] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })]
  await Promise.all([hanging.connect(), reading.connect()])
  const reader = pollingReader(store.root)
  const late: number[] = []
  try {
    await pool.query('create table storm_effect(n bigint primary key, ver int, times int not null default 1)')
    await hanging.query(`begin; insert into event (at, kind, thread, payload, by) values (now(), 'late', 'x/1', '{}', 'somebody')`)
    await reading.query('begin isolation level repeatable read; select count(*) from event')
    const children = await Promise.all([1, 2, 3, 4].map((seed) => stormProcess(url, 8, seed)))
    const end = Date.now() + SECONDS * 1000
    for (let round = 0; Date.now() < end; round++) {
      for (let i = 0; i < 20; i++, await delay(250)) {
        // Rows whose transaction has ended and that nobody has numbered: how old is the oldest?
        const { rows } = await pool.query<{ late: string | null }>(
          `select extract(epoch from clock_timestamp() - min(at)) * 1000 as late from event where n is null`,
        )
        late.push(Number(rows[0]?.late ?? 0))
      }
      const [victim] = children.splice(0, 1)
      if (victim) await kill(victim)
      children.push(await stormProcess(url, 8, 100 + round))
    }
    await Promise.all(children.map(kill))
    await hanging.query('rollback')
    const heir = await stormProcess(url, 0, 99)
    await settled(pool)
    await kill(heir)
    await reader.stop()
    const { entries, again } = await holds(pool, reader.seen)
    late.sort((a, b) => a - b)
    const at = (q: number) => Math.round(late[Math.floor(q * (late.length - 1))] ?? 0)
    t.diagnostic(`${entries} entries, ${again} came again; oldest unnumbered row p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`)
    assert.ok(at(1) < 30_000, 'nothing waits for the hanging transaction')
  } finally {
    await reader.stop()
    await Promise.all([hanging.end(), reading.end()])
    await store.drop()
  }
})

/** The log under 32 writers in four processes, two of which are killed with whatever they were at. */
import assert from 'node:assert/strict'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { OutcomeError } from '@yba/fhir'
import pg from 'pg'
import { holds, kill, pollingReader, settled, stormProcess } from '../../testing/log-watch.ts'
import { type FhirResource, openStore } from '../index.ts'
import { testCaller, testStore } from '../testing.ts'

const patient = { resourceType: 'Patient', name: [{ text: 'Ngô Thị Ổi' }] } as FhirResource

test('32 writers in four processes, kill -9 and replacement of whoever numbers: a polling reader and a consumer miss nothing and see nothing twice', {
  timeout: 120_000,
}, async (t) => {
  const store = await testStore()
  const { pool, url } = store.database
  const reader = pollingReader(store.root)
  try {
    await pool.query('create table storm_effect(n bigint primary key, ver int, times int not null default 1)')
    const children = await Promise.all([1, 2, 3, 4].map((seed) => stormProcess(url, 8, seed)))
    await delay(1200)
    for (let round = 0; round < 2; round++) {
      const [victim] = children.splice(0, 1)
      assert.ok(victim)
      await kill(victim)
      children.push(await stormProcess(url, 8, 10 + round))
    }
    await delay(700)
    const [last, ...others] = children
    await Promise.all(others.map(kill))
    await settled(pool).catch(() => undefined)
    assert.ok(last)
    await kill(last)
    // The consumer's place is taken over by a process that comes when all who had it are dead.
    const heir = await stormProcess(url, 0, 99)
    await settled(pool)
    await kill(heir)
    await reader.stop()
    const { entries, again } = await holds(pool, reader.seen)
    assert.ok(entries > 200, `${entries} entries`)
    t.diagnostic(`${entries} entries; ${again} came to the consumer again after a death`)
  } finally {
    await reader.stop()
    await store.drop()
  }
})

test('a transaction that hangs open holds nobody up but itself: others are numbered at once, it gets a late number; sealing waits and says since when', async () => {
  const store = await testStore()
  const client = new pg.Client({ connectionString: store.database.url })
  await client.connect()
  try {
    const write = () => store.root.as(testCaller()).transact((tx) => tx.write([{ kind: 'create', resource: patient }]))
    await client.query('begin')
    await client.query(`insert into event (at, kind, thread, payload, by) values (now(), 'late', 'x/1', '{}', 'somebody')`)
    await write()
    await store.root.log.wait('1.0', 20_000)
    assert.deepEqual(
      (await store.root.log.read('', 10)).entries.map((e) => e.kind),
      ['write'],
    )
    const sealing = await store.root.audit.seal()
    assert.equal(sealing.sealed, 0)
    const waiting = await store.root.audit.state()
    assert.equal(waiting.unsealed, 1)
    assert.ok(waiting.oldestUnsealed && waiting.heldBy)
    await client.query('commit')
    for (let i = 0; i < 200 && (await store.root.log.end()) !== '1.2'; i++) await delay(50)
    assert.deepEqual(
      (await store.root.log.read('1.1', 10)).entries.map((e) => e.kind),
      ['late'],
    )
  } finally {
    await client.end()
    await store.drop()
  }
})

test('a long read (a dump, an export) stalls neither numbering nor sealing, and costs the numbering no walk over what it once numbered', async () => {
  const store = await testStore()
  const client = new pg.Client({ connectionString: store.database.url })
  await client.connect()
  try {
    const write = () => store.root.as(testCaller()).transact((tx) => tx.write([{ kind: 'create', resource: patient }]))
    await client.query('begin isolation level repeatable read')
    await client.query('select count(*) from event')
    for (let i = 0; i < 5; i++) await write()
    for (let i = 0; i < 200 && (await store.root.log.end()) !== '1.5'; i++) await delay(50)
    assert.equal(await store.root.log.end(), '1.5')
    let sealed = 0
    for (let i = 0; i < 200 && sealed < 5; i++, await delay(20)) sealed += (await store.root.audit.seal()).sealed
    assert.equal(sealed, 5)
  } finally {
    await client.end()
    await store.drop()
  }
})

test('no statement of the server notifies: a NOTIFY inside a transaction takes one lock for all who commit', () => {
  const source = join(import.meta.dirname, '../..')
  const notifying = globSync('**/*.{ts,sql}', { cwd: source })
    .filter((file) => !file.endsWith('.test.ts'))
    .filter((file) => /pg_notify\s*\(|[`'"]\s*notify\s+\w/i.test(readFileSync(join(source, file), 'utf8')))
  assert.deepEqual(notifying, [])
})

test('a number nobody has given yet is no place to read from', async () => {
  const store = await testStore()
  await assert.rejects(store.root.log.read('1.7', 1), (e) => e instanceof OutcomeError && e.code === 'cursor-unknown')
  await store.drop()
})

test('a database put back behind our back begins a new epoch by itself, once', async () => {
  const witnessFile = join(tmpdir(), `yba-witness-${process.pid}`)
  writeFileSync(witnessFile, `1 ${'a'.repeat(64)}\n2 ${'b'.repeat(64)}\n`)
  const store = await testStore({ witnessFile })
  try {
    assert.equal(await store.root.log.end(), '2.0')
    const again = await openStore({
      url: store.database.url,
      siteKey: Buffer.alloc(32, 7),
      clock: store.clock,
      blobFolder: store.blobFolder,
      witnessFile,
    })
    assert.equal(await again.log.end(), '2.0')
    await again.close()
    const { rows } = await store.database.pool.query<{ why: string }>('select why from epoch where epoch = 2')
    assert.equal(rows[0]?.why, 'older than its list of seals (2)')
  } finally {
    await store.drop()
    rmSync(witnessFile, { force: true })
  }
})

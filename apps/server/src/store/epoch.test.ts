import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { type FhirResource, openStore, startEpoch } from './index.ts'
import { testCaller, testStore } from './testing.ts'

const patient = { resourceType: 'Patient', name: [{ text: 'Hồ Thị Ớt' }] } as FhirResource
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

test('after a restore old cursors are refused, consumers go on, the audit stays whole', async () => {
  const t = await testStore()
  const reopen = () =>
    openStore({ url: t.database.url, siteKey: Buffer.alloc(32, 7), clock: t.clock, blobFolder: t.blobFolder, sealEveryMs: 0, poolSize: 4 })
  const write = (root: typeof t.root) => root.as(testCaller()).transact((tx) => tx.write([{ kind: 'create', resource: patient }]))
  const seen: string[] = []
  const follow = (root: typeof t.root) =>
    root.log.consume('projection', async (entries) => {
      seen.push(...entries.map((e) => e.cursor))
    })
  const first = follow(t.root)
  await write(t.root)
  for (let i = 0; i < 500 && seen.length < 1; i++) await pause(10)
  await first.stop()
  await write(t.root)
  const cursor = await t.root.log.end()
  await startEpoch(t.database.pool, 'restore')
  const root = await reopen()
  try {
    await assert.rejects(root.log.read(cursor, 1), (e) => e instanceof OutcomeError && e.code === 'cursor-unknown')
    await write(root)
    const second = follow(root)
    for (let i = 0; i < 500 && seen.length < 3; i++) await pause(10)
    await second.stop()
    assert.deepEqual(
      seen.map((c) => c.split('.')[1]),
      ['1', '2', '3'],
    )
    assert.equal(seen[2], '2.3')
    let sealed = 0
    for (let i = 0; i < 500 && sealed < 3; i++) {
      sealed += (await root.audit.seal()).sealed
      await pause(10)
    }
    assert.deepEqual(await root.audit.verify().then((v) => [v.ok, v.rows]), [true, 3])
    // A row of the old epoch that turns up after its last seal was put in.
    await t.database.pool.query(
      `insert into audit (epoch, at, caller, role, facility, purpose, action, request, outcome)
       values (1, now(), 'u', 'r', 'f', 'p', 'read', 'q', 'ok')`,
    )
    assert.equal((await root.audit.verify()).problem?.what, 'added')
  } finally {
    await root.close()
    await t.drop()
  }
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type FhirResource, openStore } from '../index.ts'
import { type TestStore, testCaller, testStore } from '../testing.ts'

async function withStore(work: (t: TestStore) => Promise<void>): Promise<void> {
  const t = await testStore()
  try {
    await work(t)
  } finally {
    await t.drop()
  }
}

const patient = { resourceType: 'Patient', name: [{ text: 'Võ Thị Ổi' }] } as FhirResource

/** Seals so many rows in one seal, once every one is settled: transactions of other tests of the cluster may hold that back a moment. */
async function sealRows(t: TestStore, rows: number): Promise<void> {
  const unsettled = 'select from audit where xid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1'
  for (let i = 0; i < 500 && (await t.database.pool.query(unsettled)).rowCount; i++) await new Promise((done) => setTimeout(done, 10))
  assert.equal((await t.root.audit.seal()).sealed, rows)
}

/** Some life: writes, reads, searches, refusals; two seals. */
async function live(t: TestStore): Promise<string> {
  const store = t.root.as(testCaller({ id: 'u7', requestId: 'q9', reason: 'khám' }))
  const [p] = await store.transact((tx) => tx.write([{ kind: 'create', resource: patient }]))
  assert.ok(p)
  await store.read('Patient', p.id)
  await sealRows(t, 2)
  await store.search('Patient', 'name=voi')
  await store.search('Patient', 'name=vo%20oi')
  await store.read('Patient', 'nobody').catch(() => undefined)
  await t.root.audit.record(testCaller(), { action: 'login', outcome: 'ok' })
  await store.everything(p.id)
  await sealRows(t, 5)
  assert.equal((await t.root.audit.seal()).sealed, 0)
  return p.id
}

test('every act is there before its answer, with the patients it showed', () =>
  withStore(async (t) => {
    const id = await live(t)
    const rows = await t.root.audit.list({ limit: 100 })
    assert.deepEqual(
      rows.map((r) => [r.action, r.outcome, r.patients.length]),
      [
        ['everything', 'ok', 1],
        ['login', 'ok', 0],
        ['read', 'not-found', 0],
        ['search', 'ok', 1],
        ['search', 'ok', 0],
        ['read', 'ok', 1],
        ['create', 'ok', 1],
      ],
    )
    const about = await t.root.audit.list({ patient: id, limit: 2 })
    assert.deepEqual(
      about.map((r) => [r.action, r.caller, r.reason, r.requestId]),
      [
        ['everything', 'u7', 'khám', 'q9'],
        ['search', 'u7', 'khám', 'q9'],
      ],
    )
    assert.equal((await t.root.audit.list({ patient: id, limit: 9, before: about[1]?.seq })).length, 2)
    assert.equal((await t.root.audit.list({ caller: 'system:test', limit: 9 })).length, 1)
  }))

test('a list people read: names for references, and what a screen asks every few seconds in one row', () =>
  withStore(async (t) => {
    const id = await live(t)
    const store = t.root.as(testCaller({ id: 'u8' }))
    for (let i = 0; i < 5; i++) await store.search('Patient', 'name=vo')
    await store.read('Patient', id)
    const [read, ...searches] = await t.root.audit.list({ caller: 'u8', limit: 100 })
    assert.equal(searches.length, 5)
    assert.deepEqual([read?.label, read?.patientNames], ['Võ Thị Ổi', ['Võ Thị Ổi']])
    const grouped = await t.root.audit.list({ caller: 'u8', limit: 100, grouped: true })
    const times = grouped.filter((r) => r.action === 'search').reduce((n, r) => n + (r.times ?? 1), 0)
    assert.ok(grouped.length <= 3, 'one row, two when the hour turned in between')
    assert.deepEqual([grouped[0]?.action, times], ['read', 5])
    assert.equal(grouped.at(-1)?.detail, 'name')
  }))

test('a count, or an empty answer, about a patient is found under that patient', () =>
  withStore(async (t) => {
    const id = await live(t)
    const before = (await t.root.audit.list({ patient: id, limit: 100 })).length
    const store = t.root.as(testCaller())
    for (const query of [`patient=${id}&_summary=count`, `subject=Patient/${id}&_count=0`, `patient=${id}&code=I10`])
      await store.search('Condition', query)
    assert.equal((await t.root.audit.list({ patient: id, limit: 100 })).length, before + 3)
  }))

test('reads of a refused transaction stay in the audit; its writes do not', () =>
  withStore(async (t) => {
    const id = await live(t)
    const before = (await t.root.audit.list({ limit: 100 })).length
    const store = t.root.as(testCaller())
    await assert.rejects(
      store.transact(async (tx) => {
        await tx.read('Patient', id)
        await tx.write([{ kind: 'update', id, resource: patient }])
        throw new Error('no')
      }),
    )
    const rows = await t.root.audit.list({ limit: 100 })
    assert.equal(rows.length, before + 1)
    assert.equal(rows[0]?.action, 'read')
  }))

test('rows of a running transaction are left for a later seal', () =>
  withStore(async (t) => {
    await live(t)
    const store = t.root.as(testCaller())
    let sealed = -1
    await store.transact(async (tx) => {
      await tx.write([{ kind: 'create', resource: patient }])
      await t.root.as(testCaller()).search('Patient', '_id=none')
      sealed = (await t.root.audit.seal()).sealed
    })
    assert.equal(sealed, 0)
    await sealRows(t, 2)
    const { ok, rows } = await t.root.audit.verify()
    assert.deepEqual([ok, rows], [true, 9])
  }))

const swap = (a: number, b: number): string =>
  `alter table audit alter column seq drop identity; alter table audit drop constraint audit_pkey;
     update audit a set xid = b.xid, seq = b.seq from audit b where (a.seq = ${a} and b.seq = ${b}) or (a.seq = ${b} and b.seq = ${a})`

const TAMPER: [name: string, sql: string, what: string, seq: string | undefined][] = [
  ['a changed word', "update audit set caller = 'u8' where seq = 4", 'changed', '4'],
  ['a changed instant', "update audit set at = at + interval '1 microsecond' where seq = 2", 'changed', '2'],
  ['a changed patient', 'update audit set pats = null where seq = 1', 'changed', '1'],
  ['a removed row', 'delete from audit where seq = 5', 'removed', '5'],
  ['the last row removed', 'delete from audit where seq = 7', 'removed', '7'],
  [
    'an added row',
    `insert into audit (seq, xid, epoch, at, caller, role, facility, purpose, action, request, outcome) overriding system value
     select 99, xid, epoch, at, 'u9', role, facility, purpose, action, request, outcome from audit where seq = 5`,
    'added',
    '99',
  ],
  ['two rows that change places', swap(3, 4), 'reordered', '3'],
  ['two rows of two seals that change places', swap(2, 3), 'reordered', '2'],
  ['a row moved into another seal', 'update audit set xid = (select xid from audit where seq = 7) where seq = 1', 'reordered', '1'],
  ['a seal made to fit', "update seal set rows = overlay(rows placing '\\x00' from 20) where n = 1", 'seal-broken', undefined],
  ['a seal taken out', 'delete from seal where n = 1', 'seal-broken', undefined],
]

for (const [name, sql, what, seq] of TAMPER) {
  test(`verify names ${name}`, () =>
    withStore(async (t) => {
      await live(t)
      assert.equal((await t.root.audit.verify()).rows, 7)
      await t.database.pool.query(sql)
      const { ok, problem } = await t.root.audit.verify()
      assert.equal(ok, false)
      assert.deepEqual([problem?.what, problem?.seq], [what, seq])
    }))
}

test('who has only the database cannot cut the newest seals off, nor seal anew what was changed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yba-witness-'))
  const t = await testStore({ witnessFile: join(folder, 'seals') })
  try {
    await live(t)
    assert.deepEqual((await t.root.audit.verify()).ok, true)
    const { pool } = t.database
    await pool.query('create table kept as select * from seal; create table rows as select * from audit')
    await pool.query(`delete from audit where seq >= 3; delete from seal where n > 1`)
    const cut = await t.root.audit.verify()
    assert.deepEqual([cut.ok, cut.problem?.what, cut.problem?.seal], [false, 'seal-broken', 2])
    await t.root.audit.record(testCaller(), { action: 'login', outcome: 'ok' })
    await sealRows(t, 1)
    const anew = await t.root.audit.verify()
    assert.deepEqual([anew.ok, anew.problem?.what, anew.problem?.seal], [false, 'seal-broken', 2])
    await pool.query('delete from seal')
    assert.equal((await t.root.audit.verify()).ok, false)
  } finally {
    await t.drop()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a row removed or changed before its seal is named by the process that wrote it, once; nothing else is', () =>
  withStore(async (t) => {
    await live(t)
    const odd = testCaller({ id: 'u8', reason: 'lạ \0 \ud800 “"' })
    const store = t.root.as(odd)
    const [p] = await store.transact(async (tx) => {
      const made = await tx.write([{ kind: 'create', resource: patient }])
      await tx.search('Patient', 'name=voi')
      return made
    })
    await store
      .transact(async (tx) => {
        await tx.write([{ kind: 'create', resource: patient }])
        throw new Error('rolled back')
      })
      .catch(() => undefined)
    for (let i = 0; i < 3; i++) await store.read('Patient', p?.id ?? '')
    // Another process of the site may come first with its seal.
    const beside = await openStore({
      url: t.database.url,
      siteKey: Buffer.alloc(32, 7),
      clock: t.clock,
      blobFolder: t.blobFolder,
      sealEveryMs: 0,
    })
    await sealRows({ ...t, root: beside }, 5)
    await beside.close()
    await t.root.audit.seal()
    assert.deepEqual(t.root.audit.lost(), [])

    for (const action of ['one', 'two', 'three', 'four']) await t.root.audit.record(odd, { action, outcome: 'ok' })
    await t.database.pool.query(`delete from audit where action = 'two'`)
    await t.database.pool.query(`update audit set caller = 'x' where action = 'three'`)
    await sealRows(t, 3)
    await t.root.audit.record(odd, { action: 'alone', outcome: 'ok' })
    await t.database.pool.query(`delete from audit where action = 'alone'`)
    const lost: string[] = []
    // A transaction of another test may hold the last one back a moment.
    for (let i = 0; i < 500 && lost.length < 3; i++) {
      await t.root.audit.seal()
      lost.push(...t.root.audit.lost().map((l) => l.action))
      await new Promise((done) => setTimeout(done, 10))
    }
    assert.deepEqual(lost, ['two', 'three', 'alone'])
    await t.root.audit.seal()
    assert.deepEqual(t.root.audit.lost(), [])
  }))

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { openPool, transaction } from './db.ts'
import type { FhirResource, LogEntry } from './index.ts'
import { openStore } from './index.ts'
import { type TestStore, testCaller, testStore } from './testing.ts'

let t: TestStore
before(async () => {
  t = await testStore()
})
after(async () => {
  await t.drop()
})

const r = (resource: object) => resource as FhirResource
const MRN = 'https://w3id.org/yba/sid/mrn/24997'
const patient = (mrn?: string, name = 'Đỗ Văn Ý') =>
  r({ resourceType: 'Patient', ...(mrn ? { identifier: [{ system: MRN, value: mrn }] } : {}), name: [{ text: name }] })
const codeOf = (error: unknown) => (error instanceof OutcomeError ? error.code : String(error))
const tally = (results: PromiseSettledResult<unknown>[]) => {
  const out: Record<string, number> = {}
  for (const s of results) {
    const key = s.status === 'fulfilled' ? 'ok' : codeOf(s.reason)
    out[key] = (out[key] ?? 0) + 1
  }
  return out
}

test('of many who saw one version, one writes', async () => {
  const store = t.root.as(testCaller())
  const [p] = await store.transact((tx) => tx.write([{ kind: 'create', resource: patient() }]))
  assert.ok(p)
  const results = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) =>
      store.transact((tx) => tx.write([{ kind: 'update', id: p.id, ifMatch: 1, resource: patient(undefined, `Đỗ ${i}`) }])),
    ),
  )
  assert.deepEqual(tally(results), { ok: 1, 'version-conflict': 11 })
  assert.deepEqual(
    (await store.history('Patient', p.id)).map((h) => h.versionId),
    [2, 1],
  )
})

test('blind updates all land, in order, and history has each', async () => {
  const store = t.root.as(testCaller())
  const [p] = await store.transact((tx) => tx.write([{ kind: 'create', resource: patient() }]))
  assert.ok(p)
  await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      store.transact((tx) => tx.write([{ kind: 'update', id: p.id, resource: patient(undefined, `N${i}`) }])),
    ),
  )
  const history = await store.history('Patient', p.id)
  assert.deepEqual(
    history.map((h) => h.versionId),
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
  )
  assert.equal(new Set(history.map((h) => h.text)).size, 11)
  assert.equal((await store.search('Patient', `_id=${p.id}&name=n`)).entries.length, 1)
  const old = await t.root.sql('select 1 from ix_str s join res r using (rid) where r.id = $1', [p.id])
  assert.equal(old.length, 2, 'name and sort key of the last version only')
})

test('one number, many registrations: one wins; upsert of one id: all land on one row', async () => {
  const store = t.root.as(testCaller())
  const same = await Promise.allSettled(
    Array.from({ length: 8 }, () => store.transact((tx) => tx.write([{ kind: 'create', resource: patient('RACE') }]))),
  )
  assert.deepEqual(tally(same), { ok: 1, 'identifier-taken': 7 })
  const put = await Promise.allSettled(
    Array.from({ length: 8 }, () => store.transact((tx) => tx.write([{ kind: 'update', id: 'put-1', upsert: true, resource: patient() }]))),
  )
  assert.deepEqual(tally(put), { ok: 8 })
  assert.equal((await store.read('Patient', 'put-1')).versionId, 8)
})

test('a reference and the deletion of its target never both win', async () => {
  const store = t.root.as(testCaller())
  for (let i = 0; i < 10; i++) {
    const [p] = await store.transact((tx) => tx.write([{ kind: 'create', resource: patient() }]))
    assert.ok(p)
    const flag = r({ resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { reference: `Patient/${p.id}` } })
    const results = await Promise.allSettled([
      store.transact((tx) => tx.write([{ kind: 'create', resource: flag }])),
      store.transact((tx) => tx.write([{ kind: 'delete', type: 'Patient', id: p.id }])),
    ])
    const { ok, ...refused } = tally(results)
    assert.equal(ok, 1)
    assert.ok('still-referenced' in refused || 'reference-not-found' in refused, JSON.stringify(refused))
  }
})

test('two batches that lock in opposite order are retried, not lost', async () => {
  const store = t.root.as(testCaller())
  const made = await store.transact((tx) =>
    tx.write([
      { kind: 'create', resource: patient() },
      { kind: 'create', resource: patient() },
    ]),
  )
  const [a, b] = made.map((m) => m.id)
  assert.ok(a && b)
  const turn = (first: string, second: string) =>
    store.transact(async (tx) => {
      await tx.write([{ kind: 'update', id: first, resource: patient() }])
      await new Promise((done) => setTimeout(done, 30))
      await tx.write([{ kind: 'update', id: second, resource: patient() }])
    })
  await Promise.all([turn(a, b), turn(b, a)])
  assert.equal((await store.read('Patient', a)).versionId, 3)
  assert.equal((await store.read('Patient', b)).versionId, 3)
})

test('a refused write leaves nothing, even when the work goes on', async () => {
  const store = t.root.as(testCaller())
  const before = await t.root.sql<{ n: string }>('select count(*) as n from res')
  await assert.rejects(
    store.transact(async (tx) => {
      await tx.write([{ kind: 'create', resource: patient() }])
      await tx.write([{ kind: 'update', id: 'missing', resource: patient() }]).catch(() => 'goes on')
      tx.emit({ kind: 'x.y', thread: 'x' })
    }),
    (e) => codeOf(e) === 'not-found',
  )
  await assert.rejects(store.transact((tx) => tx.write([{ kind: 'create', resource: r({ resourceType: 'Observation', status: 'nope' }) }])))
  const mismatch = store.transact(async (tx) => {
    const [p, q] = await tx.write([
      { kind: 'create', resource: patient() },
      { kind: 'create', resource: patient() },
    ])
    const encounter = { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, subject: { reference: `Patient/${p?.id}` } }
    const [e] = await tx.write([{ kind: 'create', resource: r(encounter) }])
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${q?.id}` } }
    await tx.write([{ kind: 'create', resource: r({ ...observation, encounter: { reference: `Encounter/${e?.id}` } }) }])
  })
  await assert.rejects(mismatch, (e) => codeOf(e) === 'patient-encounter-mismatch')
  assert.deepEqual(await t.root.sql('select count(*) as n from res'), before)
  assert.deepEqual(await t.root.sql("select 1 from event where kind = 'x.y'"), [])
})

test('what a transaction wrote may be referred to in it, until it deletes it; a statement left for the end stands or falls with it', async () => {
  const store = t.root.as(testCaller())
  const flag = (id: string) => r({ resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { reference: `Patient/${id}` } })
  const remembered = () => t.root.sql<{ n: number }>("select count(*)::int as n from consumer where name like 'left-%'")
  const leave = 'insert into consumer (name, n, at) values ($1, 0, now())'
  const kept = await store.transact(async (tx) => {
    const [p] = await tx.write([{ kind: 'create', resource: patient() }])
    assert.ok(p)
    tx.sqlLast(leave, ['left-1'])
    return (await tx.write([{ kind: 'create', resource: flag(p.id) }]))[0]
  })
  assert.equal((await store.read('Flag', kept?.id ?? '')).versionId, 1)
  const gone = store.transact(async (tx) => {
    const [p] = await tx.write([{ kind: 'create', resource: patient() }])
    assert.ok(p)
    tx.sqlLast(leave, ['left-2'])
    await tx.write([{ kind: 'delete', type: 'Patient', id: p.id }])
    await tx.write([{ kind: 'create', resource: flag(p.id) }])
  })
  await assert.rejects(gone, (e) => codeOf(e) === 'reference-not-found')
  // The same name again breaks the commit, and with it everything before.
  const [before] = await t.root.sql<{ n: number }>('select count(*)::int as n from res')
  const twice = store.transact(async (tx) => {
    tx.sqlLast(leave, ['left-1'])
    await tx.write([{ kind: 'create', resource: patient() }])
  })
  await assert.rejects(twice, (e) => (e as { code?: string }).code === '23505')
  assert.deepEqual(await t.root.sql('select count(*)::int as n from res'), [before])
  assert.deepEqual(await remembered(), [{ n: 1 }])
})

test('a number given up, or given on, while one waits for its row finds whose it is now', async () => {
  const store = t.root.as(testCaller())
  const [a] = await store.transact((tx) => tx.write([{ kind: 'create', resource: patient('N-1') }]))
  assert.ok(a)
  const find = (number: string) => store.transact((tx) => tx.findByIdentifier('Patient', MRN, number, { lock: true }))
  const renumbered = async (change: (tx: Parameters<Parameters<typeof store.transact>[0]>[0]) => Promise<unknown>, number: string) => {
    const waiting: Promise<unknown>[] = []
    await store.transact(async (tx) => {
      await change(tx)
      waiting.push(find(number).then((one) => (one ? one.id : null)))
      // Long enough for the other to stand before the lock.
      await new Promise((done) => setTimeout(done, 150))
    })
    return waiting[0]
  }
  assert.equal(await renumbered((tx) => tx.write([{ kind: 'update', id: a.id, resource: patient('N-2') }]), 'N-1'), null)
  const [b] = await store.transact((tx) => tx.write([{ kind: 'create', resource: patient('N-3') }]))
  assert.ok(b)
  const given = await renumbered(async (tx) => {
    await tx.write([{ kind: 'update', id: a.id, resource: patient('N-4') }])
    await tx.write([{ kind: 'update', id: b.id, resource: patient('N-2') }])
  }, 'N-2')
  assert.equal(given, b.id)
})

test('what cannot be written is refused by name, all findings at once, before anything is touched', async () => {
  const store = t.root.as(testCaller())
  const refused = async (writes: Parameters<Parameters<Parameters<typeof store.transact>[0]>[0]['write']>[0]) => {
    const error = await store.transact((tx) => tx.write(writes)).catch((e) => e)
    assert.ok(error instanceof OutcomeError, String(error))
    return error
  }
  const bad = r({ resourceType: 'Observation', status: 'nope', valueString: 'a', valueInteger: 1 })
  assert.ok((await refused([{ kind: 'create', resource: bad }])).findings.length >= 3)
  const twice = { kind: 'update' as const, id: 'w1', upsert: true, resource: patient() }
  assert.equal((await refused([twice, twice])).code, 'duplicate-write')
  assert.equal((await refused([{ ...twice, id: 'a b' }])).code, 'id-mismatch')
  assert.equal((await refused([{ ...twice, resource: r({ ...patient(), id: 'w2' }) }])).code, 'id-mismatch')
  assert.equal((await refused([{ kind: 'create', resource: r({ resourceType: 'Nothing' }) }])).code, 'no-such-type')
  assert.equal((await refused([{ kind: 'delete', type: 'Patient', id: 'w9' }])).code, 'not-found')
  await store.transact((tx) => tx.write([{ kind: 'create', id: 'w3', resource: patient() }]))
  assert.equal((await refused([{ kind: 'create', id: 'w3', resource: patient() }])).code, 'already-exists')
  const nowhere = r({ resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { reference: 'Patient/w9' } })
  const missing = await refused([{ kind: 'create', resource: nowhere }])
  assert.deepEqual([missing.code, missing.findings[0]?.path], ['reference-not-found', 'Flag.subject'])
})

test('verbatim: the received text but for id and meta', async () => {
  const store = t.root.as(testCaller())
  const text = '{ "resourceType":"Observation",\n "status":"final", "code":{"text":"Nguye\u0302\u0303n"}, "valueQuantity":{"value":1.50} }'
  const [o] = await store.transact((tx) => tx.write([{ kind: 'create', resource: JSON.parse(text), text }]))
  assert.ok(o)
  const read = (await store.read('Observation', o.id)).text
  const meta = `,"id":"${o.id}","meta":{"versionId":"1","lastUpdated":"${o.lastUpdated.toISOString()}"}`
  assert.equal(read, text.replace('"Observation"', `"Observation"${meta}`))
})

test('the log: many writers, every commit once, none missed, refused ones never', async (ctx) => {
  const other = await openStore({
    url: t.database.url,
    siteKey: Buffer.alloc(32, 7),
    clock: t.clock,
    blobFolder: t.blobFolder,
    sealEveryMs: 0,
    poolSize: 4,
  })
  // Closing it ends its consumer; one that goes on would keep the process alive after a failure.
  ctx.after(() => other.close())
  const start = await t.root.log.end()
  const seen: LogEntry[] = []
  let failed = 0
  const consumer = t.root.log.consume('test', async (entries) => {
    // A consumer that stumbles now and then gets the same entries again, in order.
    if (failed++ % 3 === 1) throw new Error('stumble')
    seen.push(...entries.filter((e) => e.kind === 'test.done'))
  })
  const rival = other.log.consume('test', async (entries) => {
    seen.push(...entries.filter((e) => e.kind === 'test.done'))
  })
  const wanted: string[] = []
  await Promise.all(
    Array.from({ length: 60 }, (_, i) => {
      const store = (i % 2 ? t.root : other).as(testCaller())
      const refused = i % 10 === 9
      if (!refused) wanted.push(`w/${i}`)
      return store
        .transact(async (tx) => {
          tx.emit({ kind: 'test.done', thread: `w/${i}`, payload: { i } })
          if (i % 4 === 0) await new Promise((done) => setTimeout(done, 20))
          await tx.write([{ kind: 'create', resource: patient() }])
          if (refused) throw new Error('no')
        })
        .catch((error: Error) => assert.equal(error.message, 'no'))
    }),
  )
  const until = Date.now() + 10_000
  while (new Set(seen.map((e) => e.thread)).size < wanted.length && Date.now() < until) await new Promise((done) => setTimeout(done, 10))
  assert.deepEqual(seen.map((e) => e.thread).sort(), wanted.sort(), 'each handled once: nothing failed after handling')
  const numbers = seen.map((e) => Number(e.cursor.split('.')[1]))
  assert.deepEqual(
    numbers,
    [...numbers].sort((x, y) => x - y),
  )
  const all: LogEntry[] = []
  const readBy = Date.now() + 10_000
  for (let cursor = start; all.length < wanted.length * 2 && Date.now() < readBy; ) {
    const page = await t.root.log.read(cursor, 7)
    all.push(...page.entries)
    cursor = page.cursor
    // What the other process numbered is seen here a moment later.
    if (page.entries.length === 0) await t.root.log.wait(cursor, 500)
  }
  assert.deepEqual((await t.root.log.read(all.at(-1)?.cursor ?? start, 7)).entries, [], 'nothing beyond')
  assert.equal(all.length, wanted.length * 2)
  assert.deepEqual(
    all.map((e) => Number(e.cursor.split('.')[1])),
    all.map((_, i) => Number(start.split('.')[1]) + i + 1),
    'numbers without gaps',
  )
  await assert.rejects(t.root.log.read('2.1', 1), (e) => codeOf(e) === 'cursor-unknown')
  await consumer.stop()
  await rival.stop()
})

test('waiting ends with the next commit', async () => {
  const cursor = await t.root.log.end()
  const started = Date.now()
  const waiting = t.root.log.wait(cursor, 5000)
  await t.root.as(testCaller()).transact((tx) => tx.write([{ kind: 'create', resource: patient() }]))
  await waiting
  assert.ok(Date.now() - started < 2000)
})

test('a table that got a column beside a running process: kept plans over the old ones cost nobody an answer', async () => {
  await t.root.sql('create table grown(a int)')
  const read = 'select * from grown where a >= $1'
  const store = t.root.as(testCaller())
  // One after the other they find the same connection, which keeps the plan; a fresh process would have none.
  const both = async () => [await t.root.sql(read, [0]), await store.transact((tx) => tx.sql(read, [0]))]
  await t.root.sql('insert into grown(a) values ($1)', [1])
  assert.deepEqual(await both(), [[{ a: 1 }], [{ a: 1 }]])
  await t.root.sql('alter table grown add column b int default 2')
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await both(), [[{ a: 1, b: 2 }], [{ a: 1, b: 2 }]])
  }
  await t.root.sql('drop table grown')
})

test('many connections with old plans at once cost nobody an answer either', async () => {
  const pool = openPool(t.database.url, 14)
  try {
    await pool.query('create table grown_wide(a int)')
    const read = 'select * from grown_wide where a >= $1'
    // The name under which the store keeps it: every connection holds the plan.
    const name = createHash('sha1').update(read).digest('hex').slice(0, 20)
    await transaction(pool, (tx) => tx.query(read, [0], true))
    const all = await Promise.all(Array.from({ length: 14 }, () => pool.connect()))
    for (const client of all) await client.query({ name, text: read, values: [0] })
    for (const client of all) client.release()
    await pool.query('alter table grown_wide add column b int default 2')
    await pool.query('insert into grown_wide(a) values (1)')
    assert.deepEqual(await transaction(pool, (tx) => tx.query(read, [0], true)), [{ a: 1, b: 2 }])
    assert.deepEqual((await transaction(pool, (tx) => tx.together([[read, [0]]]))).flat(), [{ a: 1, b: 2 }])
  } finally {
    await pool.end()
  }
})

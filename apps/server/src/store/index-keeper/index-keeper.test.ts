import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { INDEX_GENERATION, OutcomeError } from '@yba/fhir'
import { openStore } from '../index.ts'
import { EVERYTHING, type TestStore, testCaller, testStore } from '../testing.ts'
import type { FhirResource } from '../types.ts'

let t: TestStore
let observation = ''
let patient = ''

const sql = (text: string, values: unknown[] = []) => t.root.sql(text, values)

before(async () => {
  t = await testStore()
  const store = t.root.as(testCaller({ grants: [EVERYTHING] }))
  const [person] = await store.transact((tx) =>
    tx.write([
      { kind: 'create', resource: { resourceType: 'Patient', name: [{ text: 'Lý Thị Uyên' }], gender: 'female' } as FhirResource },
    ]),
  )
  patient = person?.id ?? ''
  const resource = {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'urn:x', code: 'a' }] },
    subject: { reference: `Patient/${patient}` },
    effectivePeriod: { start: '2026-03-04T08:00:00.123+07:00' },
    valueQuantity: { value: 5.4, system: 'urn:u', code: 'mg' },
    note: [{ text: 'n', authorReference: { reference: `Patient/${patient}` } }],
  } as FhirResource
  const undated = { resourceType: 'Basic', code: { text: 'b' } } as FhirResource
  const [made] = await store.transact((tx) => tx.write([resource, undated].map((r) => ({ kind: 'create', resource: r }))))
  observation = made?.id ?? ''
  await store.transact((tx) =>
    tx.write([{ kind: 'update', id: observation, resource: { ...resource, status: 'amended' } as FhirResource }]),
  )
})

after(() => t.drop())

const check = (repair = false) => t.root.index.check({ repair })

const RID = '(select rid from res where id = $1)'

/** What may happen to the rows of one resource, and what the check says of it. */
const DAMAGE: [name: string, statement: string, id: () => string, where: string][] = [
  ['a token row is gone', `delete from ix_tok where rid = ${RID}`, () => observation, 'ix_tok'],
  ['a token row stands under another date', `update ix_tok set sd = sd - interval '1 day' where rid = ${RID}`, () => observation, 'ix_tok'],
  ['a reference row is gone', `delete from ix_ref where rid = ${RID} and p <> 0`, () => observation, 'ix_ref'],
  ['a date row is another', `update ix_date set hi = hi - interval '1 ms' where rid = ${RID}`, () => observation, 'ix_date'],
  ['a quantity row is another', `update ix_qty set v = v + 1 where rid = ${RID} and unit = 0`, () => observation, 'ix_qty'],
  ['a string row stands twice', `insert into ix_str select * from ix_str where rid = ${RID}`, () => patient, 'ix_str'],
  ['a word is gone', `delete from ix_word where rid = ${RID} and w = 'uyen'`, () => patient, 'ix_word'],
  ['the tokens of the row are gone', `update res set tok = '{}' where id = $1`, () => patient, 'res'],
]

test('an index that the writes made is found in order', async () => {
  assert.deepEqual(await check(), [])
})

for (const [name, statement, id, where] of DAMAGE) {
  test(`checked: ${name}, is named and mended`, async () => {
    await sql(statement, [id()])
    const said = await check(true)
    assert.ok(
      said.some((f) => f.where === where && f.of.endsWith(`/${id()}`) && f.repaired),
      JSON.stringify(said),
    )
    assert.deepEqual([...new Set(said.map((f) => f.of.split('/')[1]))], [id()])
  })
}

test('what was mended stays in order; a check alone mends nothing', async () => {
  assert.deepEqual(await check(), [])
  await sql(`update res set tok = '{}' where id = $1`, [patient])
  const said = await check()
  assert.ok(said.length > 0 && said.every((f) => !f.repaired))
  assert.deepEqual(
    await check(true),
    said.map((f) => ({ ...f, repaired: true })),
  )
  assert.deepEqual(await check(), [])
})

test('checked: rows of nobody, a missing version, a reference to nothing', async () => {
  await sql('insert into ix_str (p, v, rid) values (1, $1, 987654321)', ['x'])
  await sql(`delete from hist where rid = ${RID}`, [observation])
  await sql(`insert into ix_ref (p, tgt, rid) select 0, 42, rid from res where id = $1`, [patient])
  const said = await check(true)
  assert.ok(said.some((f) => f.where === 'ix_str' && f.of === '987654321' && f.repaired))
  assert.ok(said.some((f) => f.where === 'hist' && f.of === `Observation/${observation}` && !f.repaired))
  assert.deepEqual(
    (await check()).map((f) => f.where),
    ['hist'],
  )
})

test('reindexing brings back every row, keeps dates and versions, and goes on where it was ended', async () => {
  const rows = async () => {
    const out: unknown[] = []
    for (const table of ['ix_tok', 'ix_ref', 'ix_date', 'ix_qty', 'ix_str', 'ix_word']) {
      out.push(await sql(`select x.*::text as x from ${table} x order by 1`))
    }
    out.push(
      await sql('select rid, ver, lu, sd, content, (select array_agg(h order by h) from unnest(tok) h) as tok from res order by rid'),
    )
    return out
  }
  const whole = await rows()
  for (const table of ['ix_tok', 'ix_ref', 'ix_date', 'ix_qty', 'ix_str', 'ix_word']) await sql(`delete from ${table}`)
  await sql(`update res set tok = '{}'`)
  const stopped = new AbortController()
  stopped.abort(new Error('ended'))
  await assert.rejects(t.root.index.reindex(stopped.signal), /ended/)
  await t.root.index.reindex(new AbortController().signal)
  assert.deepEqual(await rows(), whole)
  assert.equal((await t.root.index.state()).generation, INDEX_GENERATION)
})

test('an ended run goes on behind the resources it had brought', async () => {
  for (const id of [patient, observation]) await sql(`delete from ix_str where rid = ${RID}`, [id])
  await sql(`delete from ix_qty where rid = ${RID}`, [observation])
  await sql(`insert into consumer (name, n, at) select 'reindex', rid, now() + interval '1 day' from res where id = $1`, [patient])
  assert.ok((await t.root.index.state()).done > 0)
  await t.root.index.reindex(new AbortController().signal)
  assert.deepEqual(
    (await check(true)).filter((f) => f.where !== 'hist').map((f) => [f.where, f.of]),
    [['ix_str', `Patient/${patient}`]],
  )
})

test('a database from before generations were counted is brought to the present one, and says so until it is', async () => {
  const asked = t.root.as(testCaller()).search('Observation', 'code:text=a')
  assert.equal((await asked).entries.length, 0)
  const at = (n: number) => sql(`update consumer set n = $1 where name = 'index'`, [n])
  await at(1)
  const options = { url: t.database.url, siteKey: Buffer.alloc(32, 7), clock: t.clock, blobFolder: t.blobFolder, sealEveryMs: 0 }
  const again = await openStore(options)
  for (let i = 0; (await again.index.state()).generation < INDEX_GENERATION && i < 400; i++) await new Promise((r) => setTimeout(r, 50))
  assert.equal((await again.index.state()).generation, INDEX_GENERATION)
  await at(1)
  const store = again.as(testCaller())
  await assert.rejects(
    store.search('Observation', 'code:text=a'),
    (e) => e instanceof OutcomeError && e.code === 'index-being-built' && e.http === 503,
  )
  await assert.rejects(store.search('Patient', '_has:Observation:subject:component-code-value-quantity=a$1'), /index-being-built/)
  assert.equal((await store.search('Observation', 'code=a')).entries.length, 1)
  await again.close()
})

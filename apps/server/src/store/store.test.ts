import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import type { FhirResource } from './index.ts'
import { type TestStore, testCaller, testStore } from './testing.ts'

let t: TestStore
before(async () => {
  t = await testStore()
})
after(async () => {
  await t.drop()
})

const MRN = 'https://w3id.org/yba/sid/mrn/24997'
const patient = (mrn: string, name = 'Nguyễn Thị Đặng'): FhirResource =>
  ({
    resourceType: 'Patient',
    identifier: [{ system: MRN, value: mrn }],
    name: [{ text: name }],
    gender: 'female',
    birthDate: '1980',
  }) as FhirResource

const observation = (subject: string, value: number, date = '2026-11-01T08:00:00+07:00', extra: object = {}): FhirResource =>
  ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    subject: { reference: subject },
    effectiveDateTime: date,
    valueQuantity: { value, system: 'http://unitsofmeasure.org', code: '/min' },
    ...extra,
  }) as FhirResource

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof OutcomeError, String((error as Error)?.stack ?? error))
  assert.equal(error.code, expected)
  return true
}

test('create, read, update, delete, history: the life of one resource', async () => {
  const store = t.root.as(testCaller())
  const [created] = await store.transact((tx) => tx.write([{ kind: 'create', resource: patient('A1') }]))
  assert.ok(created)
  assert.equal(created.versionId, 1)
  assert.match(created.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const read = await store.read('Patient', created.id)
  assert.equal(read.text, created.text)
  assert.equal((read.resource().name as { text: string }[])[0]?.text, 'Nguyễn Thị Đặng')
  const [updated] = await store.transact((tx) =>
    tx.write([{ kind: 'update', id: created.id, ifMatch: 1, resource: patient('A1', 'Trần Thị Bình') }]),
  )
  assert.equal(updated?.versionId, 2)
  assert.equal((await store.vread('Patient', created.id, 1)).text, created.text)
  await assert.rejects(
    store.transact((tx) => tx.write([{ kind: 'update', id: created.id, ifMatch: 1, resource: patient('A1') }])),
    code('version-conflict'),
  )
  const [same] = await store.transact((tx) =>
    tx.write([{ kind: 'update', id: created.id, ifChanged: true, resource: patient('A1', 'Trần Thị Bình') }]),
  )
  assert.deepEqual([same?.changed, same?.versionId], [false, 2])
  assert.deepEqual([await t.root.versionOf('Patient', created.id), await t.root.versionOf('Patient', 'nobody')], [2, null])
  await store.transact((tx) => tx.write([{ kind: 'delete', type: 'Patient', id: created.id }]))
  await assert.rejects(store.read('Patient', created.id), code('gone'))
  const history = await store.history('Patient', created.id)
  assert.deepEqual(
    history.map((h) => [h.versionId, h.deleted]),
    [
      [3, true],
      [2, false],
      [1, false],
    ],
  )
  assert.equal((await store.search('Patient', 'identifier=A1')).entries.length, 0)
  await assert.rejects(store.read('Patient', 'nobody'), code('not-found'))
})

test('search: tokens, names, dates, quantities, references, chains, includes, paging', async () => {
  const store = t.root.as(testCaller())
  const ids = await store.transact(async (tx) => {
    const [p, q] = await tx.write([
      { kind: 'create', resource: patient('S1', 'Lý Thị Uyên') },
      { kind: 'create', resource: patient('S2', 'Lương Văn Út') },
    ])
    assert.ok(p && q)
    await tx.write(
      Array.from({ length: 7 }, (_, i) => ({
        kind: 'create' as const,
        resource: observation(`Patient/${p.id}`, 60 + i, `2026-11-0${i + 1}T08:00:00+07:00`),
      })),
    )
    return { p: p.id, q: q.id }
  })
  const found = async (type: string, query: string) => (await store.search(type, query)).entries.length
  assert.equal(await found('Patient', 'name=ly%20uyen'), 1)
  assert.equal(await found('Patient', 'name=uye'), 1)
  assert.equal(await found('Patient', 'name=lu'), 1)
  assert.equal(await found('Patient', `identifier=${MRN}|S1`), 1)
  assert.equal(await found('Patient', 'identifier=other|S1'), 0)
  assert.equal(await found('Patient', 'name:exact=L%C3%BD%20Th%E1%BB%8B%20Uy%C3%AAn'), 1)
  assert.equal(await found('Patient', 'name:exact=ly%20thi%20uyen'), 0)
  assert.equal(await found('Observation', `patient=${ids.p}`), 7)
  assert.equal(await found('Observation', `subject=Patient/${ids.p}&code=http://loinc.org|8867-4`), 7)
  assert.equal(await found('Observation', `patient=${ids.q}`), 0)
  assert.equal(await found('Observation', `patient=${ids.p}&date=ge2026-11-03&date=lt2026-11-06`), 3)
  assert.equal(await found('Observation', `patient=${ids.p}&date=2026-11-03`), 1)
  assert.equal(await found('Observation', 'value-quantity=gt64|http://unitsofmeasure.org|/min'), 2)
  assert.equal(await found('Observation', 'value-quantity=62'), 1)
  assert.equal(await found('Observation', 'patient.identifier=S1'), 7)
  assert.equal(await found('Observation', 'patient.name=uyen&status=final'), 7)
  assert.equal(await found('Observation', 'status:not=final'), 0)
  assert.equal(await found('Patient', '_has:Observation:patient:code=8867-4'), 1)
  assert.equal(await found('Patient', `_id=${ids.p},${ids.q}`), 2)
  const all = await found('Patient', '_id:missing=false')
  assert.ok(all >= 2, 'every resource has an id')
  assert.equal(await found('Patient', `_id:not=${ids.p}`), all - 1)
  assert.equal(await found('Patient', `_id=http://x|${ids.p}`), 0, 'ids are of no system')
  assert.equal(await found('Patient', '_id:missing=true'), 0)
  assert.deepEqual([await found('Patient', '_lastUpdated:missing=false'), await found('Patient', '_lastUpdated:missing=true')], [all, 0])
  assert.equal(await found('Patient', 'name:missing=true,false'), all, 'either of both')
  assert.equal(await found('Observation', 'encounter:missing=true'), 7)
  assert.equal(await found('Observation', 'combo-code=8867-4'), 7)
  assert.equal(await found('Observation', 'combo-code:not=8867-4'), 0)
  assert.equal(await found('Observation', 'combo-value-quantity=gt64'), 2)
  assert.equal(await found('Observation', 'date=ap9999'), 0)
  const included = await store.search('Observation', `patient=${ids.p}&_count=1&_include=Observation:patient`)
  assert.equal(included.included[0]?.id, ids.p)
  const reverse = await store.search('Patient', `_id=${ids.p}&_revinclude=Observation:subject`)
  assert.equal(reverse.included.length, 7)
  for (const base of [`patient=${ids.p}`, 'code=8867-4', 'status=final', `patient=${ids.p}&_sort=date`, `_sort=-_lastUpdated,date`]) {
    const all: string[] = []
    let cursor = ''
    for (;;) {
      const page = await store.search('Observation', `${base}&_count=3&_total=accurate${cursor}`)
      assert.equal(page.total, 7, base)
      all.push(...page.entries.map((e) => (e.resource().effectiveDateTime as string).slice(8, 10)))
      if (!page.next) break
      cursor = `&_cursor=${page.next}`
    }
    const days = ['01', '02', '03', '04', '05', '06', '07']
    assert.deepEqual(all, base.includes('sort') ? days : days.reverse(), base)
  }
  const sorted = await store.search('Patient', `_id=${ids.p},${ids.q}&_sort=name`)
  assert.deepEqual(
    sorted.entries.map((e) => e.id),
    [ids.q, ids.p],
  )
})

test('patients keep their numbers: a taken MRN is refused, a clashing citizen id is told and stored', async () => {
  const store = t.root.as(testCaller())
  const cccd = { system: 'http://fhir.hl7.org.vn/core/sid/cccd', value: '000080000001' }
  const withId = (mrn: string) => ({ ...patient(mrn), identifier: [{ system: MRN, value: mrn }, cccd] }) as FhirResource
  await store.transact((tx) => tx.write([{ kind: 'create', resource: withId('U1') }]))
  await assert.rejects(
    store.transact((tx) => tx.write([{ kind: 'create', resource: patient('U1') }])),
    code('identifier-taken'),
  )
  const cursor = await settled()
  const [second] = await store.transact((tx) => tx.write([{ kind: 'create', resource: withId('U2') }]))
  await settled()
  const { entries } = await t.root.log.read(cursor, 10)
  assert.deepEqual(
    entries.map((e) => [e.kind, e.id]),
    [
      ['write', second?.id],
      ['identifier-clash', second?.id],
    ],
  )
  const first = await store.transact((tx) => tx.findByIdentifier('Patient', cccd.system, cccd.value))
  assert.ok(first)
})

test('changed again and again, a resource leaves the index rows that a fresh one of the same content has', async () => {
  const store = t.root.as(testCaller())
  const observation = (code: string, date: string, status = 'final') =>
    ({
      resourceType: 'Observation',
      status,
      code: {
        coding: [
          { system: 'urn:x', code },
          { system: 'urn:x', code: 'both' },
        ],
      },
      effectiveDateTime: date,
    }) as FhirResource
  const [first] = await store.transact((tx) => tx.write([{ kind: 'create', resource: observation('a', '2026-03-04T00:30:00.123+07:00') }]))
  assert.ok(first)
  const changes = [
    observation('b', '2026-03-04T00:30:00.123+07:00'),
    observation('b', '2026-03-04', 'amended'),
    observation('a', '2026-03-04'),
  ]
  for (const resource of changes) {
    await store.transact((tx) => tx.write([{ kind: 'update', id: first.id, resource }]))
    const [fresh] = await store.transact((tx) => tx.write([{ kind: 'create', resource }]))
    const rows = (id: string | undefined) =>
      t.root.sql('select k.h::text, k.sd::text from ix_tok k join res r using (rid) where r.id = $1 order by 1, 2', [id])
    const expected = await rows(fresh?.id)
    assert.ok(expected.length >= 2)
    assert.deepEqual(await rows(first.id), expected)
  }
})

/** Cursor once everything committed is numbered. */
async function settled(): Promise<string> {
  for (;;) {
    const rows = await t.root.sql<{ n: string }>('select count(*) as n from event where n is null')
    if (rows[0]?.n === '0') return t.root.log.end()
    await new Promise((r) => setTimeout(r, 5))
  }
}

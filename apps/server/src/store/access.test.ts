import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import type { Caller, Grant } from '../access/caller.ts'
import type { FhirResource } from './index.ts'
import { type TestStore, testCaller, testStore } from './testing.ts'

let t: TestStore
before(async () => {
  t = await testStore()
})
after(async () => {
  await t.drop()
})

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof OutcomeError, String((error as Error)?.stack ?? error))
  assert.equal(error.code, expected)
  return true
}
const r = (resource: object) => resource as FhirResource
const grant = (change: Partial<Grant>): Grant => ({
  types: '*',
  actions: ['read', 'search', 'history', 'write'],
  scope: 'all',
  maxSensitivity: 2,
  purpose: 'TREAT',
  ...change,
})
const doctor = (change: Partial<Caller> = {}) =>
  testCaller({
    kind: 'user',
    id: 'u1',
    role: 'doctor',
    purpose: 'TREAT',
    departments: ['K01'],
    grants: [grant({ scope: 'relation' }), grant({ scope: 'department', maxSensitivity: 0 })],
    ...change,
  })

/** Three patients with one observation each: A in relation, B by department, C a stranger. */
async function people() {
  const store = t.root.as(testCaller())
  return store.transact(async (tx) => {
    const out: { id: string; obs: string }[] = []
    for (const name of ['An', 'Bình', 'Cúc']) {
      const [p] = await tx.write([{ kind: 'create', resource: r({ resourceType: 'Patient', name: [{ text: `Trần ${name}` }] }) }])
      assert.ok(p)
      const [o] = await tx.write([
        {
          kind: 'create',
          resource: r({
            resourceType: 'Observation',
            status: 'final',
            code: { coding: [{ code: 'x1' }] },
            subject: { reference: `Patient/${p.id}` },
          }),
        },
      ])
      assert.ok(o)
      out.push({ id: p.id, obs: o.id })
    }
    const [a, b, c] = out
    assert.ok(a && b && c)
    const from = new Date(tx.now.getTime() - 1000)
    await tx.grantCare({ patient: a.id, who: 'u1', from, basis: 'encounter' })
    await tx.grantCare({ patient: b.id, department: 'K01', from, basis: 'encounter' })
    await tx.grantCare({ patient: c.id, who: 'u1', from: new Date(0), to: new Date(1), basis: 'encounter' })
    return { a, b, c }
  })
}

test('a grant by relation or department reaches those in care, and nobody else differs from nobody at all', async () => {
  const { a, b, c } = await people()
  const store = t.root.as(doctor())
  assert.equal((await store.read('Observation', a.obs)).id, a.obs)
  assert.equal((await store.read('Observation', b.obs)).id, b.obs)
  const refusal = async (id: string) => {
    const error = await store.read('Observation', id).then(
      () => assert.fail('readable'),
      (e) => e as OutcomeError,
    )
    return JSON.stringify([error.code, error.http, error.findings])
  }
  assert.equal(await refusal(c.obs), await refusal('019b0000-0000-7000-8000-000000000000'))
  await assert.rejects(store.history('Observation', c.obs), code('not-found'))
  await assert.rejects(store.vread('Observation', c.obs, 1), code('not-found'))
  await assert.rejects(store.everything(c.id), code('not-found'))
  assert.equal((await store.everything(a.id)).length, 2)
  const [mine] = await store.transact(async (tx) => [await tx.read('Observation', c.obs)])
  assert.equal(mine, null)
  const many = await store.transact((tx) => tx.readMany([`Observation/${a.obs}`, `Observation/${c.obs}`]))
  assert.deepEqual([...many.keys()], [`Observation/${a.obs}`])
})

test('search: a right that hangs on care must name somebody; forbidden rows change nothing', async () => {
  const { a, c } = await people()
  const store = t.root.as(doctor())
  await assert.rejects(store.search('Observation', 'code=x1'), code('narrow-your-search'))
  await assert.rejects(store.search('Observation', 'patient:missing=true'), code('narrow-your-search'))
  assert.equal((await store.search('Observation', `patient=${a.id}&code=x1`)).total, 1)
  const asked = JSON.stringify(await store.search('Observation', `patient=${c.id}&code=x1&_total=accurate`))
  assert.equal(asked, JSON.stringify(await store.search('Observation', 'patient=nobody&code=x1&_total=accurate')))
  const all = t.root.as(doctor({ grants: [grant({ types: ['Observation'] }), grant({ types: ['Patient'], scope: 'relation' })] }))
  assert.equal((await all.search('Observation', `_id=${c.obs}&_include=Observation:patient`)).included.length, 0)
  assert.equal((await all.search('Observation', `_id=${a.obs}&_include=Observation:patient`)).included.length, 1)
  assert.equal((await all.search('Observation', `_id=${c.obs}&patient.name=tran`)).entries.length, 0)
  assert.equal((await all.search('Observation', `_id=${a.obs}&patient.name=tran`)).entries.length, 1)
  assert.equal((await all.search('Patient', `_id=${c.id}`)).entries.length, 0)
  const blind = t.root.as(doctor({ grants: [grant({ types: ['Patient'] })] }))
  assert.equal((await blind.search('Patient', `_id=${a.id}&_has:Observation:patient:code=x1`)).entries.length, 0)
  assert.equal((await blind.search('Patient', `_id=${a.id}&_revinclude=Observation:patient`)).included.length, 0)
  assert.equal((await blind.search('Observation', 'code=x1&_total=accurate')).total, 0)
})

test('sensitivity, addressed, self, ended and break-glass grants', async () => {
  const system = t.root.as(testCaller())
  const { a } = await people()
  const [secret, task] = await system.transact((tx) =>
    tx.write([
      {
        kind: 'create',
        resource: r({
          resourceType: 'Observation',
          meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] },
          status: 'final',
          code: { text: 'x' },
          subject: { reference: `Patient/${a.id}` },
        }),
      },
      {
        kind: 'create',
        resource: r({
          resourceType: 'Task',
          status: 'requested',
          intent: 'order',
          owner: { identifier: { system: 'http://fhir.hl7.org.vn/core/sid/ma-cskcb', value: '01929' } },
        }),
      },
    ]),
  )
  assert.ok(secret && task)
  const reads = (caller: Caller, type: string, id: string) =>
    t.root
      .as(caller)
      .read(type, id)
      .then(
        () => true,
        () => false,
      )
  assert.equal(await reads(doctor({ grants: [grant({ maxSensitivity: 0 })] }), 'Observation', secret.id), false)
  assert.equal(await reads(doctor({ grants: [grant({ maxSensitivity: 1 })] }), 'Observation', secret.id), true)
  assert.equal(await reads(doctor({ facility: '01929', grants: [grant({ scope: 'addressed' })] }), 'Task', task.id), true)
  assert.equal(await reads(doctor({ facility: '24998', grants: [grant({ scope: 'addressed' })] }), 'Task', task.id), false)
  assert.equal(await reads(doctor({ patient: a.id, grants: [grant({ scope: 'self' })] }), 'Observation', secret.id), true)
  assert.equal(await reads(doctor({ patient: 'other', grants: [grant({ scope: 'self' })] }), 'Observation', secret.id), false)
  assert.equal(await reads(doctor({ grants: [grant({ until: Date.now() - 1 })] }), 'Observation', secret.id), false)
  assert.equal(await reads(doctor({ grants: [grant({ purpose: 'BTG' })] }), 'Observation', secret.id), false)
  assert.equal(await reads(doctor({ purpose: 'BTG', grants: [grant({ purpose: 'BTG' })] }), 'Observation', secret.id), true)
})

test('writes need the right on the row before and after', async () => {
  const { a, c } = await people()
  const store = t.root.as(doctor())
  const obs = (id: string) =>
    r({ resourceType: 'Observation', status: 'final', code: { text: 'y' }, subject: { reference: `Patient/${id}` } })
  const [mine] = await store.transact((tx) => tx.write([{ kind: 'create', resource: obs(a.id) }]))
  assert.ok(mine)
  await assert.rejects(
    store.transact((tx) => tx.write([{ kind: 'create', resource: obs(c.id) }])),
    code('write-forbidden'),
  )
  await assert.rejects(
    store.transact((tx) => tx.write([{ kind: 'update', id: c.obs, resource: obs(a.id) }])),
    code('not-found'),
  )
  await assert.rejects(
    store.transact((tx) => tx.write([{ kind: 'update', id: mine.id, resource: obs(c.id) }])),
    code('write-forbidden'),
  )
  await assert.rejects(
    store.transact((tx) => tx.write([{ kind: 'delete', type: 'Observation', id: c.obs }])),
    code('not-found'),
  )
  const rows = await t.root.sql('select 1 from res where pat = (select rid from res where id = $1) and ver > 1', [c.id])
  assert.equal(rows.length, 0)
  const reader = t.root.as(doctor({ grants: [grant({ actions: ['read'] })] }))
  await assert.rejects(
    reader.transact((tx) => tx.write([{ kind: 'create', resource: obs(a.id) }])),
    code('write-forbidden'),
  )
})

test('bytes are readable only through a readable owner', async () => {
  const sha = await t.root.blobs.put(Buffer.from('nội dung'))
  const { a, c } = await people()
  const system = t.root.as(testCaller())
  await assert.rejects(system.readBinary(sha), code('not-found'))
  const document = (patient: string, sha256: string) =>
    r({
      resourceType: 'DocumentReference',
      status: 'current',
      subject: { reference: `Patient/${patient}` },
      content: [{ attachment: { contentType: 'application/fhir+json', url: `Binary/${sha256}` } }],
    })
  await assert.rejects(
    system.transact((tx) => tx.write([{ kind: 'create', resource: document(a.id, 'a'.repeat(64)) }])),
    code('reference-not-found'),
  )
  await system.transact((tx) => tx.write([{ kind: 'create', resource: document(c.id, sha) }]))
  await assert.rejects(t.root.as(doctor()).readBinary(sha), code('not-found'))
  await system.transact((tx) => tx.write([{ kind: 'create', resource: document(a.id, sha) }]))
  const { bytes, contentType } = await t.root.as(doctor()).readBinary(sha)
  assert.deepEqual([bytes.toString(), contentType], ['nội dung', 'application/fhir+json'])
})

test('a resource shown in part says so; one that holds nothing more comes byte for byte, and is no part', async () => {
  const clerk = t.root.as(testCaller({ kind: 'user', id: 'u5', grants: [grant({ types: ['Patient'], shows: { Patient: ['name'] } })] }))
  const [named, more] = await t.root.as(testCaller()).transact((tx) =>
    tx.write([
      { kind: 'create', resource: r({ resourceType: 'Patient', name: [{ text: 'Trần Dần' }] }) },
      { kind: 'create', resource: r({ resourceType: 'Patient', name: [{ text: 'Trần Tý' }], gender: 'male' }) },
    ]),
  )
  assert.ok(named && more)
  assert.equal((await clerk.read('Patient', named.id)).text, named.text)
  const part = (await clerk.read('Patient', more.id)).text
  assert.ok(part.includes('SUBSETTED') && part.includes('Trần Tý') && !part.includes('male'))
})

test('links that are not shown bring nothing along, neither by * nor by a compartment', async () => {
  const store = t.root.as(testCaller())
  const [patient, stay] = await store.transact((tx) =>
    tx.write([
      { kind: 'create', resource: { resourceType: 'Patient', gender: 'female' } as FhirResource },
      { kind: 'create', resource: { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' } } as FhirResource },
    ]),
  )
  const [seen] = await store.transact((tx) =>
    tx.write([
      {
        kind: 'create',
        resource: {
          resourceType: 'Observation',
          status: 'final',
          code: { text: 'x' },
          subject: { reference: `Patient/${patient?.id}` },
          encounter: { reference: `Encounter/${stay?.id}` },
        } as FhirResource,
      },
    ]),
  )
  const all = grant({ types: ['Patient', 'Encounter'] })
  const clerk = t.root.as(
    testCaller({ kind: 'user', id: 'u6', grants: [all, grant({ types: ['Observation'], shows: { Observation: ['subject'] } })] }),
  )
  const along = async (type: string, query: string) => (await clerk.search(type, query)).included.map((s) => s.id)
  const whole = async (type: string, query: string) => (await store.search(type, query)).included.map((s) => s.id).sort()
  assert.deepEqual(await along('Observation', `_id=${seen?.id}&_include=*`), [patient?.id])
  assert.deepEqual(await along('Observation', `_id=${seen?.id}&_include=Observation:*`), [patient?.id])
  assert.deepEqual(await whole('Observation', `_id=${seen?.id}&_include=*`), [patient?.id, stay?.id].sort())
  assert.deepEqual(await along('Encounter', `_id=${stay?.id}&_revinclude=*`), [])
  assert.deepEqual(await along('Encounter', `_id=${stay?.id}&_revinclude:iterate=*`), [])
  assert.deepEqual(await whole('Encounter', `_id=${stay?.id}&_revinclude=*`), [seen?.id])
  assert.deepEqual(await along('Patient', `_id=${patient?.id}&_revinclude=*`), [seen?.id])
  const within = { compartment: { type: 'Encounter', id: stay?.id ?? '' } }
  assert.deepEqual((await clerk.search('Observation', '', within)).entries, [])
  assert.equal((await store.search('Observation', '', within)).entries.length, 1)
})

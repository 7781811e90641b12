/** Binary.securityContext (FHIR R4, binary.html): who may not read the context does not read the bytes, by any path. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Grant } from '../access/caller.ts'
import { type FhirResource, uuidv7, type Write } from './index.ts'
import { EVERYTHING, type TestStore, testCaller, testStore } from './testing.ts'

let t: TestStore

before(async () => {
  t = await testStore()
})
after(() => t.drop())

const SECRET = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }] }
const binary = (id: string, reference?: string, more = {}) => ({
  resourceType: 'Binary',
  id,
  contentType: 'text/plain',
  ...(reference ? { securityContext: { reference } } : {}),
  data: 'TmjDoA==',
  ...more,
})
const paper = (id: string, subject: string, meta = {}) => ({
  resourceType: 'DocumentReference',
  id,
  ...meta,
  status: 'current',
  subject: { reference: subject },
  content: [{ attachment: { url: `https://example.org/${id}` } }],
})
const put = (resource: object): Write => {
  const { id } = resource as { id: string }
  return { kind: 'update', upsert: true, id, resource: resource as FhirResource }
}
const write = (...resources: object[]) => t.root.as(testCaller()).transact((tx) => tx.write(resources.map(put)))
const RESTRICTED: Grant = { ...EVERYTHING, maxSensitivity: 1 }
const clerk = () => t.root.as(testCaller({ id: 'clerk', grants: [RESTRICTED] }), { plain: true })
const missing = { code: 'not-found' }

test('who may not read the context reads no version of the Binary, finds it nowhere and changes nothing of it', async () => {
  await write(
    { resourceType: 'Patient', id: 'p', name: [{ text: 'Trần Văn Kín' }] },
    paper('secret', 'Patient/p', { meta: SECRET }),
    paper('plain', 'Patient/p'),
    binary('hidden', 'DocumentReference/secret'),
    binary('seen', 'DocumentReference/plain'),
    binary('free'),
  )
  await write(binary('hidden', 'DocumentReference/secret', { language: 'vi' }))
  const store = clerk()
  await assert.rejects(store.read('Binary', 'hidden'), missing)
  for (const version of [1, 2]) await assert.rejects(store.vread('Binary', 'hidden', version), missing)
  await assert.rejects(store.history('Binary', 'hidden'), missing)
  await assert.rejects(store.historyOf({ type: 'Binary', id: 'hidden', count: 5 }), missing)
  for (const type of [{ type: 'Binary' }, {}]) {
    const { entries } = await store.historyOf({ ...type, count: 50 })
    assert.ok(entries.every((e) => e.stored.id !== 'hidden') && entries.some((e) => e.stored.id === 'seen'))
  }
  const found = await store.search('Binary', '_total=accurate')
  assert.deepEqual([found.entries.map((e) => e.id).toSorted(), found.total], [['free', 'seen'], 2])
  await store.transact(async (tx) => {
    assert.equal(await tx.read('Binary', 'hidden'), null)
    assert.deepEqual([...(await tx.readMany(['Binary/hidden', 'Binary/seen'])).keys()], ['Binary/seen'])
    assert.deepEqual(await tx.match([{ type: 'Binary', query: '_id=hidden' }]), ['none'])
  })
  const change = (w: Write) => store.transact((tx) => tx.write([w]))
  await assert.rejects(change(put(binary('hidden'))), missing)
  await assert.rejects(change({ kind: 'delete', type: 'Binary', id: 'hidden' }), missing)
  await assert.rejects(change({ kind: 'create', id: uuidv7(0), resource: binary('x', 'DocumentReference/secret') as never }), {
    code: 'reference-not-found',
  })
  assert.equal((await store.read('Binary', 'seen')).versionId, 1)
  assert.equal((await t.root.as(testCaller()).read('Binary', 'hidden')).versionId, 2)
})

test('the context is judged as it stands: it opens and closes the bytes', async () => {
  await write(paper('turns', 'Patient/p'), binary('turning', 'DocumentReference/turns'))
  assert.equal((await clerk().read('Binary', 'turning')).versionId, 1)
  await write(paper('turns', 'Patient/p', { meta: SECRET }))
  await assert.rejects(clerk().read('Binary', 'turning'), missing)
  await write(paper('turns', 'Patient/p'))
  assert.equal((await clerk().read('Binary', 'turning')).versionId, 1)
})

test('a Binary belongs to the patient of its context, so care gives it and no one else', async () => {
  await write(
    { resourceType: 'Patient', id: 'cared', active: true },
    { resourceType: 'Patient', id: 'other', active: true },
    paper('of-cared', 'Patient/cared'),
    binary('by-patient', 'Patient/cared'),
    binary('by-paper', 'DocumentReference/of-cared'),
    binary('of-other', 'Patient/other'),
  )
  // Written together with what it belongs to, in whatever order.
  await write(binary('first', 'DocumentReference/new'), paper('new', 'Patient/cared'))
  const care = { patient: 'cared', who: 'nurse', from: new Date(0), basis: 'encounter' }
  await t.root.as(testCaller()).transact((tx) => tx.grantCare(care))
  const nurse = t.root.as(testCaller({ id: 'nurse', grants: [{ ...EVERYTHING, scope: 'relation' }] }))
  for (const id of ['by-patient', 'by-paper', 'first']) assert.equal((await nurse.read('Binary', id)).versionId, 1, id)
  for (const id of ['of-other', 'free']) await assert.rejects(nurse.read('Binary', id), missing, id)
  const rows = await t.root.audit.list({ caller: 'nurse', limit: 10 })
  assert.ok(rows.some((row) => row.id === 'by-paper' && row.patients.length === 1))
  // Care for the patient is not yet the right to the kind of paper.
  const reader = t.root.as(testCaller({ id: 'nurse', grants: [{ ...EVERYTHING, types: ['Binary', 'Patient'], scope: 'relation' }] }))
  assert.equal((await reader.read('Binary', 'by-patient')).versionId, 1)
  await assert.rejects(reader.read('Binary', 'by-paper'), missing)
})

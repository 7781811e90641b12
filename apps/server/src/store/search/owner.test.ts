/** Whose a row is, where the parameter that asks for it looks elsewhere than the compartment does; and what is there but contained. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource } from '../index.ts'
import { type TestStore, testCaller, testStore } from '../testing.ts'

let t: TestStore
before(async () => {
  t = await testStore()
  await put('p1', { resourceType: 'Patient' })
  await put('l1', { resourceType: 'Location' })
})
after(() => t.drop())

async function put(id: string, resource: object): Promise<void> {
  await t.root
    .as(testCaller())
    .transact((tx) => tx.write([{ kind: 'create', id, resource: { ...resource, id } as unknown as FhirResource }]))
}

const found = async (type: string, query: string): Promise<string[]> =>
  (await t.root.as(testCaller()).search(type, query)).entries.map((e) => e.id).sort()

test('a patient is found in types that are in nobody’s compartment, and beside others', async () => {
  await put('d1', { resourceType: 'Device', patient: { reference: 'Patient/p1' } })
  await put('c1', { resourceType: 'Contract', subject: [{ reference: 'Location/l1' }, { reference: 'Patient/p1' }] })
  await put('a1', {
    resourceType: 'Appointment',
    status: 'proposed',
    participant: [{ actor: { reference: 'Patient/p1' }, status: 'accepted' }],
  })
  for (const query of ['patient=Patient/p1', 'patient=p1', 'patient:Patient=p1']) {
    assert.deepEqual(await found('Device', query), ['d1'], query)
    assert.deepEqual(await found('Contract', query), ['c1'], query)
    assert.deepEqual(await found('Appointment', query), ['a1'], query)
  }
})

test('another subject than a patient is no patient; a contained one is there', async () => {
  const request = { resourceType: 'DeviceRequest', intent: 'order', codeCodeableConcept: { text: 'x' } }
  await put('r1', { ...request, subject: { reference: 'Location/l1' } })
  await put('r2', { ...request, subject: { reference: 'Patient/p1' } })
  await put('r3', { ...request, subject: { reference: '#c' }, contained: [{ resourceType: 'Patient', id: 'c' }] })
  await put('r4', { ...request, subject: { reference: '#c' }, contained: [{ resourceType: 'Device', id: 'c' }] })
  assert.deepEqual(await found('DeviceRequest', 'patient:missing=true'), ['r1', 'r4'])
  assert.deepEqual(await found('DeviceRequest', 'patient:missing=false'), ['r2', 'r3'])
  assert.deepEqual(await found('DeviceRequest', 'subject:missing=true'), [])
  assert.deepEqual(await found('DeviceRequest', 'subject:missing=false'), ['r1', 'r2', 'r3', 'r4'])
})

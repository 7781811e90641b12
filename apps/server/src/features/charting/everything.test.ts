import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type * as fhir4 from 'fhir/r4.d.ts'
import { accessFeature, systemCaller } from '../../access/index.ts'
import type { FhirResource } from '../../store/types.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { charting } from './index.ts'

let t: TestSite
let patient: string

before(async () => {
  t = await testSite({ features: [accessFeature, charting] })
  const store = t.site.store.as(systemCaller('test', '24997'))
  patient = await store.transact(async (tx) => {
    const [person] = await tx.write([
      { kind: 'create', resource: { resourceType: 'Patient', name: [{ text: 'Nguyễn Thị Lan' }] } as unknown as FhirResource },
    ])
    const subject = { reference: `Patient/${person?.id}` }
    await tx.write([
      { kind: 'create', resource: { resourceType: 'Condition', subject, code: { text: 'Viêm phổi' } } as unknown as FhirResource },
      { kind: 'create', resource: { resourceType: 'Task', status: 'draft', intent: 'order', for: subject } as unknown as FhirResource },
    ])
    return person?.id ?? ''
  })
})
after(() => t.close())

test('the chart of a patient in care: the patient first, clinical resources, no tasks', async () => {
  const doctor = await t.as('doctor')
  const { user } = await doctor.json<{ user: { id: string } }>('/auth/session')
  const store = t.site.store.as(systemCaller('test', '24997'))
  await store.transact((tx) => tx.grantCare({ patient, who: user.id, from: new Date(0), basis: 'encounter' }))
  const bundle = await doctor.json<fhir4.Bundle>(`/fhir/Patient/${patient}/$everything`)
  assert.deepEqual(
    bundle.entry?.map((e) => e.resource?.resourceType),
    ['Patient', 'Condition'],
  )
})

test('a doctor without a relation sees who it is and nothing clinical', async () => {
  const stranger = await t.as('doctor', { login: 'bs.khac', departments: ['K99'] })
  const bundle = await stranger.json<fhir4.Bundle>(`/fhir/Patient/${patient}/$everything`)
  assert.deepEqual(
    bundle.entry?.map((e) => e.resource?.resourceType),
    ['Patient'],
  )
})

test('a patient who is not there is not found', async () => {
  const doctor = await t.as('doctor')
  const answer = await doctor.fetch('/fhir/Patient/00000000-0000-4000-8000-000000000000/$everything')
  assert.equal(answer.status, 404)
})

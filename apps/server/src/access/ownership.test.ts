import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isResourceType } from '@yba/fhir'
import type { FhirResource } from '../store/types.ts'
import type { Caller } from './caller.ts'
import { publicCaller, userCaller } from './callers.ts'
import { gate, OWNERSHIP, ownerOf } from './ownership.ts'

const doctor: Caller = userCaller(
  { id: 'd', name: 'Bác sĩ', role: 'doctor', departments: ['K01'], practitioner: null, licence: null },
  '24997',
  'r',
)
const resource = (r: { resourceType: string; [k: string]: unknown }) => r as unknown as FhirResource
const bundle = (type: string) => resource({ resourceType: 'Bundle', id: 'b', type })

test('every owned type is a FHIR type, and each command row names its operations', () => {
  for (const row of OWNERSHIP) {
    assert.ok(isResourceType(row.type), row.type)
    if (row.mode === 'command') assert.ok((row.operations ?? []).length > 0, row.type)
  }
})

test('a category decides, and cannot be written away or in', () => {
  assert.equal(ownerOf('Bundle', bundle('document'))?.owner, 'documents')
  assert.equal(ownerOf('Bundle', bundle('collection'))?.owner, 'archive')
  const update = { kind: 'update' as const, id: 'b', resource: bundle('collection') }
  assert.equal(gate(update, doctor, bundle('collection')), undefined)
  assert.equal(gate(update, doctor, bundle('document'))?.definition.code, 'use-operation')
  assert.equal(gate({ ...update, resource: bundle('document') }, doctor, bundle('collection'))?.definition.code, 'use-operation')
  assert.equal(gate({ kind: 'delete', type: 'Bundle', id: 'b' }, doctor, bundle('document'))?.definition.code, 'use-operation')
})

test('open types pass for whom fhir.write is given, and for nobody else', () => {
  const write = { kind: 'create' as const, resource: resource({ resourceType: 'Observation' }) }
  assert.equal(gate(write, doctor), undefined)
  const signer = userCaller({ id: 's', name: 'Người ký', role: 'signer', departments: [], practitioner: null, licence: null }, '24997', 'r')
  assert.equal(gate(write, signer)?.definition.code, 'not-permitted')
  assert.equal(gate(write, publicCaller('web', '24997', 'r'))?.definition.code, 'not-permitted')
})

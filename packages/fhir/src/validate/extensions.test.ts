import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useProfiles } from '../profile/registry.ts'
import { observation, patient } from './cases.ts'
import { validate } from './index.ts'

const CORE = 'http://hl7.org/fhir/StructureDefinition'
const OURS = 'https://example.org/StructureDefinition/ward'

useProfiles({
  profiles: [],
  extensions: [
    {
      url: OURS,
      version: '1.0.0',
      type: 'Extension',
      title: { vi: 'Phường', en: 'Ward' },
      contexts: [{ type: 'element', expression: 'Address' }],
      rules: [{ path: 'value[x]', min: 1, types: ['string'] }],
    },
  ],
  valueSets: {},
})

const found = (resource: object, options = {}): string[] => validate(resource, options).map((one) => `${one.definition.code} ${one.path}`)

const mother = { url: `${CORE}/patient-mothersMaidenName`, valueString: 'Nguyễn' }
const absent = { extension: [{ url: `${CORE}/data-absent-reason`, valueCode: 'unknown' }] }

test('a defined extension stands where it may, with the value it has', () => {
  assert.deepEqual(found(patient({ extension: [mother] })), [])
  assert.deepEqual(found(patient({ gender: 'female', _birthDate: absent, name: [{ family: 'Lê', _text: absent }] })), [])
  assert.deepEqual(found(patient({ _birthDate: { extension: [{ url: `${CORE}/patient-birthTime`, valueDateTime: '2026-01-02' }] } })), [])
  assert.deepEqual(
    found(patient({ address: [{ _line: [{ extension: [{ url: `${CORE}/iso21090-ADXP-streetName`, valueString: 'x' }] }] }] })),
    [],
  )
})

test('another place, value or number of parts is named', () => {
  const misplaced = observation({ extension: [mother] })
  assert.deepEqual(found(misplaced), [])
  assert.ok(found(misplaced, { warnings: true }).includes('fhir-extension-misplaced Observation.extension[0]'))
  assert.deepEqual(found(patient({ extension: [{ url: mother.url, valueCode: 'x' }] })), [
    'fhir-extension-value Patient.extension[0].valueCode',
  ])
  const nationality = { url: `${CORE}/patient-animal`, extension: [{ url: 'breed', valueCodeableConcept: { text: 'x' } }] }
  assert.deepEqual(found(patient({ extension: [nationality] })), ['fhir-extension-part Patient.extension[0].extension'])
})

test('the place counts from the contained resource', () => {
  const holder = (inner: object) => observation({ contained: [{ id: 'p', ...inner }], subject: { reference: '#p' } })
  const misplaced = (inner: object) => found(holder(inner), { warnings: true }).filter((one) => one.includes('misplaced'))
  assert.deepEqual(misplaced(patient({ extension: [mother] })), [])
  const wrong = { resourceType: 'Group', type: 'person', actual: true, extension: [mother] }
  assert.deepEqual(misplaced(wrong), ['fhir-extension-misplaced Observation.contained[0].extension[0]'])
})

test('an extension nobody defined is kept; one that modifies is warned of', () => {
  const strange = { url: 'https://example.org/strange', valueString: 'x' }
  assert.deepEqual(found(patient({ extension: [strange] })), [])
  assert.deepEqual(found(patient({ contact: [{ name: { text: 'x' }, modifierExtension: [strange] }] })), [])
  const told = found(observation({ modifierExtension: [strange] }), { warnings: true })
  assert.ok(told.includes('fhir-modifier-unknown Observation.modifierExtension[0]'), told.join())
})

test('our extensions are judged where profiles are', () => {
  const ward = (value: object) => patient({ address: [{ city: 'x', extension: [{ url: OURS, ...value }] }] })
  assert.deepEqual(found(ward({ valueCode: 'x' })), [])
  assert.deepEqual(found(ward({ valueCode: 'x' }), { profiles: 'declared' }), ['profile-type Patient.address[0].extension[0].valueCode'])
  assert.deepEqual(found(ward({ valueString: 'x' }), { profiles: 'declared' }), [])
  const wrong = patient({ extension: [{ url: OURS, valueString: 'x' }] })
  assert.deepEqual(found(wrong, { profiles: 'declared' }), ['fhir-extension-context Patient.extension[0]'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bundle, div, patient } from './cases.ts'
import { validate } from './index.ts'

const PATIENT = 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520'
const BASE = 'https://example.org/fhir'

const section = (more: object = {}) => ({ title: 'Chẩn đoán', code: { text: 'x' }, text: div('x'), ...more })

const document = (composition: object, ...more: object[]) =>
  bundle('document', {
    identifier: { system: BASE, value: '1' },
    timestamp: '2026-11-22T08:00:00+07:00',
    entry: [
      {
        fullUrl: `${BASE}/Composition/c`,
        resource: {
          resourceType: 'Composition',
          id: 'c',
          status: 'final',
          type: { text: 'x' },
          date: '2026',
          title: 'x',
          subject: { reference: PATIENT },
          author: [{ reference: 'Practitioner/d' }],
          section: [section()],
          ...composition,
        },
      },
      { fullUrl: PATIENT, resource: patient({ active: true }) },
      { fullUrl: `${BASE}/Practitioner/d`, resource: { resourceType: 'Practitioner', id: 'd', active: true } },
      ...more,
    ],
  })

const told = (resource: object): string[] =>
  validate(resource, { warnings: true })
    .filter((one) => one.definition.code.startsWith('fhir-document'))
    .map((one) => `${one.definition.code} ${one.path}`)

test('a document whose references stay inside and whose sections have code and text is whole', () => {
  assert.deepEqual(validate(document({})), [])
  assert.deepEqual(told(document({})), [])
  assert.deepEqual(told(document({ author: [{ reference: 'Practitioner/d/_history/2' }] })), [])
})

test('a reference out of the document is told with its place', () => {
  const outside = document({ encounter: { reference: 'Encounter/9' } })
  assert.deepEqual(told(outside), ['fhir-document-reference Bundle.entry[0].resource.encounter.reference'])
  assert.deepEqual(validate(outside), [])
  const inner = {
    fullUrl: `${BASE}/Group/g`,
    resource: { resourceType: 'Group', type: 'person', actual: true, member: [{ entity: { reference: 'Patient/9' } }] },
  }
  assert.deepEqual(told(document({}, inner)), ['fhir-document-reference Bundle.entry[3].resource.member[0].entity.reference'])
})

test('a section without code or text is told, also below another', () => {
  const sections = [
    section({ code: undefined }),
    section({ text: undefined, section: [section({ text: undefined, entry: [{ reference: PATIENT }] })] }),
  ]
  assert.deepEqual(told(JSON.parse(JSON.stringify(document({ section: sections })))), [
    'fhir-document-section Bundle.entry[0].resource.section[0]',
    'fhir-document-section Bundle.entry[0].resource.section[1].section[0]',
  ])
})

test('other bundles are not judged as documents', () => {
  assert.deepEqual(
    told(bundle('collection', { entry: [{ resource: { resourceType: 'Encounter', subject: { reference: 'Patient/9' } } }] })),
    [],
  )
})

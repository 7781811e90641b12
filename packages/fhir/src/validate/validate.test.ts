import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourceTable } from '../definitions.ts'
import { decimal } from '../json/serialize.ts'
import { definedOutcomes, findingText, OutcomeError } from '../outcome.ts'
import { isResourceType, resourceTypes, typeName, typeNumber } from '../types-numbers.ts'
import { bundle, CLINICAL, coding, condition, div, encounter, observation, patient } from './cases.ts'
import { validate } from './index.ts'

const VALID: [string, object][] = [
  ['a resource of one element', patient({ active: true })],
  ['a resource without any element but its type', { resourceType: 'Basic', code: { text: 'x' } }],
  ['Vietnamese names', patient({ name: [{ text: 'Nguyễn Thị Đặng Ước', family: 'Nguyễn', given: ['Thị', 'Đặng', 'Ước'] }] })],
  ['a value missing with its reason', patient({ _gender: { extension: [{ url: 'https://example.org/why', valueCode: 'unknown' }] } })],
  [
    'null beside a primitive extension',
    patient({ name: [{ given: ['An', null], _given: [null, { extension: [{ url: 'https://example.org/x', valueBoolean: true }] }] }] }),
  ],
  ['partial dates', patient({ birthDate: '1980', deceasedDateTime: '2020-02' })],
  ['a leap day', patient({ birthDate: '2000-02-29' })],
  ['a leap second', observation({ effectiveDateTime: '2016-12-31T23:59:60Z' })],
  ['a kept decimal', observation({ valueQuantity: { value: decimal('36.50'), unit: 'Cel' } })],
  [
    'a contained resource that is used',
    observation({ contained: [{ resourceType: 'Patient', id: 'p', active: true }], subject: { reference: '#p' } }),
  ],
  [
    'a contained resource that refers to its container',
    {
      resourceType: 'Organization',
      name: 'Bệnh viện',
      contained: [
        {
          resourceType: 'Provenance',
          id: 'v',
          target: [{ reference: '#' }],
          recorded: '2026-01-01T00:00:00Z',
          agent: [{ who: { display: 'x' } }],
        },
      ],
    },
  ],
  ['a logical reference', encounter({ subject: { type: 'Patient', identifier: { system: 'https://example.org', value: '1' } } })],
  ['an absolute reference of the right type', encounter({ subject: { reference: 'https://example.org/fhir/Patient/1' } })],
  ['a local name of a transaction', encounter({ subject: { reference: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' } })],
  ['a conditional reference', encounter({ subject: { reference: 'Patient?identifier=a|b' } })],
  ['a versioned reference', encounter({ subject: { reference: 'Patient/1/_history/3' } })],
  [
    'a document',
    bundle('document', {
      identifier: { system: 'https://example.org', value: '1' },
      timestamp: '2026-11-22T08:00:00+07:00',
      entry: [
        {
          fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
          resource: {
            resourceType: 'Composition',
            status: 'final',
            type: { text: 'x' },
            date: '2026-11-22',
            author: [{ display: 'x' }],
            title: 'x',
          },
        },
      ],
    }),
  ],
  [
    'same local ids in two entries',
    bundle('collection', {
      entry: ['1', '2'].map((n) => ({
        fullUrl: `https://example.org/Observation/${n}`,
        resource: observation({
          contained: [{ resourceType: 'Device', id: 'd' }],
          device: { reference: '#d' },
        }),
      })),
    }),
  ],
  ['a transaction', bundle('transaction', { entry: [{ request: { method: 'DELETE', url: 'Patient/1' } }] })],
  ['parameters with parts', { resourceType: 'Parameters', parameter: [{ name: 'a', part: [{ name: 'b', valueString: 'x' }] }] }],
  ['a base64 attachment with white space', { resourceType: 'Binary', contentType: 'text/plain', data: 'TmjD\n oA==' }],
  ['a code with an inner blank', observation({ code: { coding: [{ system: 'https://example.org', code: 'A B' }] } })],
  [
    'an extension whose value is missing with its reason',
    patient({
      extension: [
        { url: 'https://example.org/x', _valueString: { extension: [{ url: 'https://example.org/why', valueCode: 'unknown' }] } },
      ],
    }),
  ],
  [
    'a contained questionnaire used by canonical',
    {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: '#q',
      contained: [{ resourceType: 'Questionnaire', id: 'q', status: 'draft' }],
    },
  ],
  [
    'a narrative that speaks of one = 1',
    patient({ text: div('<p class="a > b">Chọn one = 1, a &lt; b, javascript: là gì?</p><!-- x --><br/>') }),
  ],
  ['a large negative exponent', observation({ valueQuantity: { value: 1e-9 } })],
]

/** Name, resource, expected code, expected path. */
const INVALID: [string, unknown, string, string?][] = [
  ['no object', 'Patient', 'fhir-unknown-type'],
  ['an unknown type', { resourceType: 'Patients' }, 'fhir-unknown-type'],
  ['an abstract type', { resourceType: 'DomainResource' }, 'fhir-unknown-type'],
  ['an unknown element', patient({ foo: 1 }), 'fhir-unknown-element', 'Patient.foo'],
  ['an unknown element deep down', patient({ contact: [{ name: { nick: 'x' } }] }), 'fhir-unknown-element', 'Patient.contact[0].name.nick'],
  [
    'a choice type R4 does not allow',
    observation({ valueReference: { reference: 'Patient/1' } }),
    'fhir-unknown-element',
    'Observation.valueReference',
  ],
  [
    'resourceType inside a data type',
    patient({ name: [{ resourceType: 'HumanName', text: 'x' }] }),
    'fhir-unknown-element',
    'Patient.name[0].resourceType',
  ],
  ['a missing required code', { resourceType: 'Observation', code: { text: 'x' } }, 'fhir-cardinality', 'Observation.status'],
  [
    'a missing required backbone child',
    { resourceType: 'Patient', link: [{ type: 'refer' }] },
    'fhir-cardinality',
    'Patient.link[0].other',
  ],
  [
    'a missing required choice',
    { resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: 'Patient/1' } },
    'fhir-cardinality',
    'MedicationRequest.medication[x]',
  ],
  ['a list where one is allowed', patient({ gender: ['male'] }), 'fhir-structure', 'Patient.gender'],
  ['one where a list is needed', patient({ name: { text: 'x' } }), 'fhir-structure', 'Patient.name'],
  ['a primitive where a list is needed', { resourceType: 'Patient', name: [{ given: 'An' }] }, 'fhir-structure', 'Patient.name[0].given'],
  ['an object where a text is needed', patient({ birthDate: { value: '1980' } }), 'fhir-primitive', 'Patient.birthDate'],
  ['a text where an object is needed', observation({ code: 'x' }), 'fhir-structure', 'Observation.code'],
  ['two choice types', patient({ deceasedBoolean: true, deceasedDateTime: '2020' }), 'fhir-choice', 'Patient.deceasedDateTime'],
  [
    'two choice types, one by extension only',
    observation({ valueString: 'x', _valueBoolean: { id: 'a' } }),
    'fhir-choice',
    'Observation._valueBoolean',
  ],
  ['a number as boolean', patient({ active: 1 }), 'fhir-primitive', 'Patient.active'],
  ['a day that is none', patient({ birthDate: '2023-02-29' }), 'fhir-primitive', 'Patient.birthDate'],
  ['31 April', patient({ birthDate: '2023-04-31' }), 'fhir-primitive', 'Patient.birthDate'],
  ['year 0000', patient({ birthDate: '0000-01-01' }), 'fhir-primitive', 'Patient.birthDate'],
  ['a date with time', patient({ birthDate: '2023-04-01T00:00:00Z' }), 'fhir-primitive', 'Patient.birthDate'],
  ['a time without zone', observation({ effectiveDateTime: '2023-04-01T10:00:00' }), 'fhir-primitive', 'Observation.effectiveDateTime'],
  ['a time without seconds', observation({ effectiveDateTime: '2023-04-01T10:00Z' }), 'fhir-primitive', 'Observation.effectiveDateTime'],
  ['24 o’clock', observation({ effectiveDateTime: '2023-04-01T24:00:00Z' }), 'fhir-primitive', 'Observation.effectiveDateTime'],
  ['an instant without time', observation({ issued: '2023-04-01' }), 'fhir-primitive', 'Observation.issued'],
  ['an id with a blank', patient({ id: 'a b' }), 'fhir-primitive', 'Patient.id'],
  ['an id of 65 characters', patient({ id: 'a'.repeat(65) }), 'fhir-primitive', 'Patient.id'],
  ['a uri with a blank', patient({ identifier: [{ system: 'http://a b' }] }), 'fhir-primitive', 'Patient.identifier[0].system'],
  ['a code with two blanks', patient({ language: 'a  b' }), 'fhir-primitive', 'Patient.language'],
  ['a decimal as text', observation({ valueQuantity: { value: '1.5' } }), 'fhir-primitive', 'Observation.valueQuantity.value'],
  ['a fraction as integer', observation({ valueInteger: 1.5 }), 'fhir-primitive', 'Observation.valueInteger'],
  ['an integer too large', observation({ valueInteger: 2147483648 }), 'fhir-primitive', 'Observation.valueInteger'],
  ['zero as positiveInt', patient({ telecom: [{ system: 'phone', value: '1', rank: 0 }] }), 'fhir-primitive', 'Patient.telecom[0].rank'],
  ['broken base64', { resourceType: 'Binary', contentType: 'text/plain', data: 'abc' }, 'fhir-primitive', 'Binary.data'],
  ['a control character', patient({ name: [{ text: 'a\u0007' }] }), 'fhir-primitive', 'Patient.name[0].text'],
  ['an empty text', patient({ name: [{ text: '' }] }), 'fhir-empty', 'Patient.name[0].text'],
  ['an empty list', patient({ name: [] }), 'fhir-empty', 'Patient.name'],
  ['an empty object', patient({ name: [{}] }), 'fhir-empty', 'Patient.name[0]'],
  ['null', patient({ birthDate: null }), 'fhir-empty', 'Patient.birthDate'],
  ['null in a list without its extension', patient({ name: [{ given: ['An', null] }] }), 'fhir-empty', 'Patient.name[0].given[1]'],
  ['a code outside its set', patient({ gender: 'nam' }), 'fhir-binding', 'Patient.gender'],
  ['a status outside its set', encounter({ status: 'done' }), 'fhir-binding', 'Encounter.status'],
  [
    'a concept outside its required set',
    condition({ clinicalStatus: coding(CLINICAL, 'gone') }),
    'fhir-binding',
    'Condition.clinicalStatus',
  ],
  ['a required concept as text only', condition({ clinicalStatus: { text: 'active' } }), 'fhir-binding', 'Condition.clinicalStatus'],
  [
    'a required concept of another system',
    condition({ clinicalStatus: coding('https://example.org', 'active') }),
    'fhir-binding',
    'Condition.clinicalStatus',
  ],
  ['a malformed reference', encounter({ subject: { reference: 'the patient' } }), 'fhir-reference', 'Encounter.subject.reference'],
  ['a reference to no type', encounter({ subject: { reference: 'Patients/1' } }), 'fhir-reference', 'Encounter.subject.reference'],
  [
    'a reference of the wrong type',
    encounter({ subject: { reference: 'Practitioner/1' } }),
    'fhir-reference-target',
    'Encounter.subject.reference',
  ],
  [
    'an absolute reference of the wrong type',
    encounter({ subject: { reference: 'http://a.org/Practitioner/1' } }),
    'fhir-reference-target',
    'Encounter.subject.reference',
  ],
  [
    'a logical reference of the wrong type',
    encounter({ subject: { type: 'Device', identifier: { value: '1' } } }),
    'fhir-reference-target',
    'Encounter.subject.type',
  ],
  [
    'a contained resource of the wrong type',
    encounter({ contained: [{ resourceType: 'Device', id: 'd' }], subject: { reference: '#d' } }),
    'fhir-reference-target',
    'Encounter.subject.reference',
  ],
  [
    'a wrong element in a contained resource',
    observation({ contained: [{ resourceType: 'Patient', id: 'p', foo: 1 }], subject: { reference: '#p' } }),
    'fhir-unknown-element',
    'Observation.contained[0].foo',
  ],
  [
    'a wrong element in a bundle entry',
    bundle('collection', { entry: [{ resource: patient({ foo: 1 }) }] }),
    'fhir-unknown-element',
    'Bundle.entry[0].resource.foo',
  ],
]

for (const [name, resource] of VALID) {
  test(`accepts ${name}`, () => {
    assert.deepEqual(validate(resource).map(findingText), [])
  })
}

for (const [name, resource, code, path] of INVALID) {
  test(`refuses ${name}`, () => {
    const found = validate(resource).map(findingText)
    assert.ok(
      found.some((f) => f.code === code && f.path === path),
      `expected ${code} at ${path}, got ${JSON.stringify(found.map((f) => [f.code, f.path]))}`,
    )
  })
}

test('reports everything wrong at once, and no more than a hundred findings', () => {
  const found = validate(patient({ gender: 'x', birthDate: 'x', foo: 1, name: [] })).map((f) => f.definition.code)
  assert.deepEqual(found.sort(), ['fhir-binding', 'fhir-empty', 'fhir-primitive', 'fhir-unknown-element'])
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, 1]))
  assert.equal(validate(patient(many)).length, 100)
})

test('hostile texts cost no more than their length', () => {
  const started = process.cpuUsage()
  const size = 300_000
  for (const bad of ['<'.repeat(size), '<"'.repeat(size / 2), `<div>${'<p '.repeat(size / 3)}</div>`])
    validate(patient({ text: { status: 'generated', div: bad } }))
  validate({ resourceType: 'Binary', contentType: 'text/plain', data: `${' '.repeat(size)}!` })
  validate(encounter({ subject: { reference: `Patient?${'='.repeat(size)} ` } }))
  validate(patient({ language: `${'a '.repeat(size / 2)} ` }))
  const used = process.cpuUsage(started)
  assert.ok(used.user + used.system < 2_000_000, `${used.user + used.system} µs`)
})

test('stops at objects nested without end', () => {
  let extension: object = { url: 'https://example.org/x', valueString: 'x' }
  for (let i = 0; i < 200; i++) extension = { url: 'https://example.org/x', extension: [extension] }
  assert.ok(validate(patient({ extension: [extension] })).some((f) => f.definition.code === 'fhir-too-deep'))
})

test('never puts the wrong value itself into the texts', () => {
  const secret = 'Nguyễn Văn Bí Mật'
  const found = validate(patient({ gender: secret, birthDate: secret, identifier: [{ system: secret }], language: secret }))
  assert.ok(found.length >= 3)
  for (const f of found) assert.ok(!JSON.stringify(findingText(f)).includes(secret))
})

test('every outcome has both languages and a cure, and no place left unfilled in findings', () => {
  for (const d of definedOutcomes()) {
    for (const text of [d.vi, d.en, d.cure.vi, d.cure.en]) assert.ok(text.length > 5, d.code)
    assert.match(d.code, /^[a-z0-9-]+$/)
  }
  for (const [, resource] of INVALID) {
    for (const f of validate(resource)) assert.doesNotMatch(JSON.stringify(findingText(f)), /\{\w+\}/)
  }
})

test('every resource type of R4 compiles and has a stable number', () => {
  const all = resourceTypes()
  assert.equal(all.length, 146)
  assert.equal(typeNumber('Account'), 1)
  assert.equal(typeNumber('Patient'), 103)
  assert.equal(typeName(146), 'VisionPrescription')
  assert.equal(isResourceType('Resource'), false)
  for (const { name } of all) {
    const found = validate({ resourceType: name, nonsense: 1 }).map((f) => [f.definition.code, f.path])
    assert.deepEqual(found[0], ['fhir-unknown-element', `${name}.nonsense`])
  }
})

test('missing tables are a named outcome with the cure', () => {
  assert.throws(
    () => resourceTable('NoSuchTable'),
    (e) =>
      e instanceof OutcomeError &&
      e.code === 'definitions-not-built' &&
      /build\/definitions/.test(JSON.stringify(e.findings[0]?.definition.cure)),
  )
})

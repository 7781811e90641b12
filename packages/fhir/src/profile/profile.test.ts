import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bundle, coding, encounter, observation, patient } from '../validate/cases.ts'
import { validate } from '../validate/index.ts'
import { knownProfiles, profileOf, useProfiles } from './registry.ts'
import type { ProfileRule, ProfileTable } from './types.ts'

const BASE = 'https://example.org/StructureDefinition'
const SET = 'https://example.org/ValueSet/ward'

const profile = (name: string, type: string, rules: ProfileRule[], version = '1.0.0'): ProfileTable => ({
  url: `${BASE}/${name}`,
  version,
  type,
  title: { vi: name, en: name },
  rules,
})

const NAMED = profile('named', 'Patient', [
  { path: 'name', min: 1, max: 2 },
  { path: 'name.family', min: 1 },
  { path: 'photo', max: 0 },
  { path: 'birthDate.extension', max: 1, min: 1 },
  { path: 'deceased[x]', types: ['boolean'] },
  { path: 'managingOrganization', targets: ['Organization'] },
  { path: 'maritalStatus', binding: SET },
  {
    path: '',
    invariants: [
      { key: 'x-1', severity: 'error', expression: "gender != 'unknown'", vi: 'phải biết giới tính.', en: 'the sex must be known.' },
      { key: 'x-2', severity: 'warning', expression: 'telecom.exists()', vi: 'nên có số điện thoại.', en: 'a telephone helps.' },
    ],
  },
])

const SLICED = profile('sliced', 'Patient', [
  {
    path: 'identifier',
    slices: {
      by: 'value',
      at: 'system',
      list: [
        {
          name: 'card',
          match: 'https://example.org/card',
          min: 1,
          max: 1,
          rules: [
            { path: 'value', min: 1 },
            { path: 'use', fixed: 'official' },
          ],
        },
      ],
    },
  },
  { path: 'extension', slices: { by: 'url', at: 'url', list: [{ name: 'ward', match: 'https://example.org/ward', max: 1, rules: [] }] } },
  {
    path: 'telecom',
    slices: { by: 'exists', at: 'period', closed: true, list: [{ name: 'dated', match: true, rules: [{ path: 'value', min: 1 }] }] },
  },
])

const PAPER = profile('paper', 'Bundle', [
  {
    path: 'entry',
    slices: {
      by: 'type',
      at: 'resource',
      list: [{ name: 'person', match: 'Patient', min: 1, max: 1, rules: [{ path: 'resource', profiles: [`${BASE}/named`] }] }],
    },
  },
])

const VITAL = profile('vital', 'Observation', [
  {
    path: 'category',
    slices: { by: 'pattern', at: '', list: [{ name: 'vital', match: coding('https://example.org/c', 'vital'), min: 1, rules: [] }] },
  },
  { path: 'code', pattern: coding('http://loinc.org', '8867-4') },
  { path: 'value[x].unit', min: 1 },
])

useProfiles({
  profiles: [NAMED, SLICED, PAPER, VITAL, profile('named', 'Patient', [{ path: 'active', min: 1 }], '0.9.0')],
  extensions: [],
  valueSets: { [SET]: { 'https://example.org/ward-cs': ['a', 'b'] } },
})

const birth = { birthDate: '1990', _birthDate: { extension: [{ url: 'https://example.org/exact', valueBoolean: false }] } }
const good = (more: object = {}) => patient({ name: [{ family: 'Nguyễn' }], gender: 'female', ...birth, ...more })

type Found = [code: string, path: string | undefined]

const found = (resource: object, ...names: string[]): Found[] =>
  validate(resource, { profiles: names.map((name) => `${BASE}/${name}`) }).map((one) => [one.definition.code, one.path])

test('a resource that meets its profile has no findings', () => {
  assert.deepEqual(found(good({ maritalStatus: coding('https://example.org/ward-cs', 'a'), deceasedBoolean: false }), 'named'), [])
})

/** What is broken, the resource, what is found. */
const BROKEN: [string, object, Found][] = [
  ['too few', good({ name: undefined }), ['profile-cardinality', 'Patient.name']],
  ['too many', good({ name: [1, 2, 3].map((n) => ({ family: `F${n}` })) }), ['profile-cardinality', 'Patient.name']],
  ['missing below', good({ name: [{ family: 'Trần' }, { text: 'Lê' }] }), ['profile-cardinality', 'Patient.name[1].family']],
  ['forbidden', good({ photo: [{ title: 'x' }] }), ['profile-cardinality', 'Patient.photo']],
  ['an extension of a primitive', good({ _birthDate: undefined }), ['profile-cardinality', 'Patient.birthDate.extension']],
  ['a type of a choice', good({ deceasedDateTime: '2026' }), ['profile-type', 'Patient.deceasedDateTime']],
  [
    'a target',
    good({ managingOrganization: { reference: 'Organization/1', type: 'Patient' } }),
    ['fhir-reference-target', 'Patient.managingOrganization.type'],
  ],
  ['a code', good({ maritalStatus: coding('https://example.org/ward-cs', 'c') }), ['fhir-binding', 'Patient.maritalStatus']],
  ['a rule', good({ gender: 'unknown' }), ['fhir-invariant', 'Patient']],
]

for (const [what, resource, expected] of BROKEN) {
  test(`names ${what}`, () => {
    const list = found(JSON.parse(JSON.stringify(resource)) as object, 'named')
    assert.ok(
      list.some((one) => one.join() === expected.join()),
      JSON.stringify(list),
    )
  })
}

test('a rule of severity warning is told only when asked for', () => {
  assert.deepEqual(found(good(), 'named'), [])
  const told = validate(good(), { profiles: [`${BASE}/named`], warnings: true })
  assert.ok(told.some((one) => one.definition.code === 'fhir-advice' && one.values.key === 'x-2'))
})

const card = (more: object = {}) => ({ system: 'https://example.org/card', value: '1', use: 'official', ...more })

test('slices are told apart, counted and judged', () => {
  assert.deepEqual(found(patient({ identifier: [{ system: 'https://example.org/other' }, card()] }), 'sliced'), [])
  assert.deepEqual(found(patient({ identifier: [{ value: '1' }] }), 'sliced'), [['profile-slice', 'Patient.identifier']])
  assert.deepEqual(found(patient({ identifier: [card(), card({ value: '2' })] }), 'sliced'), [['profile-slice', 'Patient.identifier']])
  assert.deepEqual(found(patient({ identifier: [{ value: '0' }, card({ use: 'usual' })] }), 'sliced'), [
    ['profile-value', 'Patient.identifier[1].use'],
  ])
  const ward = { url: 'https://example.org/ward', valueString: 'A' }
  assert.deepEqual(found(patient({ identifier: [card()], extension: [ward, ward] }), 'sliced'), [['profile-slice', 'Patient.extension']])
})

test('a closed slicing lets nothing else in', () => {
  const telecom = [
    { system: 'phone', value: '1', period: { start: '2026' } },
    { system: 'phone', value: '2' },
  ]
  assert.deepEqual(found(patient({ identifier: [card()], telecom }), 'sliced'), [['profile-closed', 'Patient.telecom[1]']])
})

test('patterns ask for a part, on elements and in slices', () => {
  const pulse = (more: object = {}) =>
    observation({
      category: [coding('https://example.org/c', 'vital')],
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Mạch' }], text: 'Mạch' },
      valueQuantity: { value: 80, unit: 'lần/phút' },
      ...more,
    })
  assert.deepEqual(found(pulse(), 'vital'), [])
  assert.deepEqual(found(pulse({ category: [{ text: 'x' }] }), 'vital'), [['profile-slice', 'Observation.category']])
  assert.deepEqual(found(pulse({ code: { text: 'Mạch' } }), 'vital'), [['profile-value', 'Observation.code']])
  assert.deepEqual(found(pulse({ valueQuantity: { value: 80 } }), 'vital'), [['profile-cardinality', 'Observation.valueQuantity.unit']])
})

test('a bundled resource is judged by the profile its slice names', () => {
  const paper = (resource: object) =>
    bundle('collection', { entry: [{ fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', resource }] })
  assert.deepEqual(found(paper(good()), 'paper'), [])
  assert.deepEqual(found(paper(good({ gender: 'unknown' })), 'paper'), [['fhir-invariant', 'Bundle.entry[0].resource']])
  assert.deepEqual(found(paper(observation({})), 'paper'), [['profile-slice', 'Bundle.entry']])
})

test('declared profiles are judged, also in a bundle; those of others are not', () => {
  const declared = { meta: { profile: ['https://example.org/unknown', `${BASE}/named`] } }
  const list = (resource: object) => validate(resource, { profiles: 'declared' }).map((one) => one.path)
  assert.deepEqual(list(good(declared)), [])
  assert.deepEqual(list(good({ ...declared, gender: 'unknown' })), ['Patient'])
  assert.deepEqual(list(bundle('collection', { entry: [{ resource: good({ ...declared, gender: 'unknown' }) }] })), [
    'Bundle.entry[0].resource',
  ])
  assert.deepEqual(validate(good({ ...declared, gender: 'unknown' })), [])
})

test('a profile is known by canonical, the newest without a version', () => {
  assert.equal(profileOf(`${BASE}/named`)?.table.version, '1.0.0')
  assert.equal(profileOf(`${BASE}/named|0.9.0`)?.table.version, '0.9.0')
  assert.equal(profileOf(`${BASE}/named|2.0.0`), undefined)
  assert.equal(knownProfiles().filter((one) => one.url === `${BASE}/named`).length, 1)
  assert.deepEqual(found(good({ active: true }), 'named|0.9.0'), [])
  assert.deepEqual(found(good(), 'nothing'), [['profile-unknown', 'Patient']])
  assert.deepEqual(found(encounter({}), 'named'), [['profile-wrong-resource', 'Encounter']])
})

/** Searches that index generation 2 answers. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource } from '../index.ts'
import { type TestStore, testCaller, testStore } from '../testing.ts'

let t: TestStore
const names = new Map<string, string>()

const UCUM = 'http://unitsofmeasure.org'
const LOINC = 'http://loinc.org'
const quantity = (value: number, code: string, more: object = {}) => ({ value, unit: code, system: UCUM, code, ...more })
const coded = (code: string, text?: string) => ({ coding: [{ system: LOINC, code }], ...(text ? { text } : {}) })
const observation = (code: string, more: object): FhirResource =>
  ({ resourceType: 'Observation', status: 'final', code: coded(code), ...more }) as FhirResource
const pressure = (systolic: number, diastolic: number) =>
  observation('85354-9', {
    component: [
      { code: coded('8480-6', 'Huyết áp tâm thu'), valueQuantity: quantity(systolic, 'mm[Hg]') },
      { code: coded('8462-4'), valueQuantity: quantity(diastolic, 'mm[Hg]') },
    ],
  })
const narrative = (words: string) => ({ status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${words}</div>` })

const RESOURCES: Record<string, FhirResource> = {
  high: pressure(150, 80),
  low: pressure(110, 95),
  glucose: observation('2345-7', { valueQuantity: quantity(97.3, 'mg/dL') }),
  glucoseLitre: observation('2345-7', { valueQuantity: quantity(0.973, 'g/L') }),
  warm: observation('8310-5', { valueQuantity: quantity(98.6, '[degF]') }),
  below: observation('1988-5', { valueQuantity: quantity(5, 'mg/L', { comparator: '<' }) }),
  local: observation('x', { valueQuantity: { value: 3, unit: 'viên' } }),
  word: observation('y', { code: { coding: [{ system: LOINC, code: 'y', display: 'Đường huyết' }] }, valueCodeableConcept: coded('LA1') }),
  child: {
    resourceType: 'Condition',
    subject: { identifier: { value: 'g' } },
    onsetRange: { low: quantity(1, 'a'), high: quantity(10, 'a') },
  } as unknown as FhirResource,
  person: {
    resourceType: 'Patient',
    identifier: [{ type: { coding: [{ system: 'urn:t', code: 'MR' }], text: 'Số bệnh án' }, system: 'urn:s', value: 'v1' }],
  } as FhirResource,
  note: {
    resourceType: 'ClinicalImpression',
    status: 'completed',
    subject: { identifier: { value: 'p' } },
    text: narrative('<p>Đau <b>ngực</b> trái &amp; khó thở</p>'),
  } as unknown as FhirResource,
  set: { resourceType: 'ValueSet', status: 'active', url: 'http://acme.org/fhir/ValueSet/1' } as FhirResource,
  sets: { resourceType: 'ValueSet', status: 'active', url: 'http://acme.org/fhir/ValueSet/10' } as FhirResource,
}

before(async () => {
  t = await testStore()
  const made = await t.root
    .as(testCaller())
    .transact((tx) => tx.write(Object.values(RESOURCES).map((resource) => ({ kind: 'create', resource }))))
  for (const [i, name] of Object.keys(RESOURCES).entries()) names.set(made[i]?.id ?? '', name)
})

after(() => t.drop())

/** The query and the names of what it finds. */
const ASKED: [type: string, query: string, found: string[]][] = [
  ['Observation', 'component-code-value-quantity=8480-6$gt140', ['high']],
  ['Observation', `component-code-value-quantity=${LOINC}|8480-6$gt140|${UCUM}|mm[Hg]`, ['high']],
  ['Observation', 'component-code-value-quantity=urn:other|8480-6$gt140', []],
  ['Observation', `component-code-value-quantity=8462-4$ge9.5|${UCUM}|cm[Hg]`, ['low']],
  ['Observation', 'combo-code-value-quantity=8480-6$lt120,2345-7$gt90', ['glucose', 'low']],
  ['Observation', `code-value-quantity=2345-7$gt5|${UCUM}|g/L`, []],
  ['Observation', `code-value-quantity=2345-7$97.3|${UCUM}|mg/dL`, ['glucose', 'glucoseLitre']],
  ['Observation', 'code-value-concept=y$LA1', ['word']],
  ['Observation', 'code-value-concept:missing=false', ['word']],
  ['Observation', 'component-code-value-quantity:missing=false', ['high', 'low']],
  ['Observation', `value-quantity=37.0|${UCUM}|Cel`, ['warm']],
  ['Observation', `value-quantity=ap40|${UCUM}|Cel`, ['warm']],
  ['Observation', `value-quantity=lt10|${UCUM}|mg/L`, ['below']],
  ['Observation', `value-quantity=gt10|${UCUM}|mg/L`, ['glucose', 'glucoseLitre']],
  ['Observation', `value-quantity=eb10|${UCUM}|mg/L`, ['below']],
  ['Observation', 'value-quantity=3||viên', ['local']],
  ['Observation', 'code:text=duong%20h', ['word']],
  ['Observation', 'component-code:text=huyet', ['high', 'low']],
  ['Condition', `onset-age=gt9|${UCUM}|a`, ['child']],
  ['Condition', `onset-age=gt11|${UCUM}|a`, []],
  ['Condition', `onset-age=ge120|${UCUM}|mo`, ['child']],
  ['Condition', `onset-age=sa1|${UCUM}|a`, []],
  ['Condition', `onset-age=1|${UCUM}|a`, []],
  ['Patient', 'identifier:of-type=urn:t|MR|v1', ['person']],
  ['Patient', 'identifier:of-type=urn:t|PI|v1', []],
  ['Patient', 'identifier:text=so', ['person']],
  ['ClinicalImpression', '_text=ngực%20khó', ['note']],
  ['ClinicalImpression', '_text=đau%20phổi', []],
  ['ValueSet', 'url:below=http://acme.org/fhir/ValueSet/1', ['set']],
  ['ValueSet', 'url:below=http://acme.org/fhir/', ['set', 'sets']],
  ['ValueSet', 'url:below=http://acme.org/fh', []],
  ['ValueSet', 'url:above=http://acme.org/fhir/ValueSet/1/_history/5', ['set']],
]

for (const [type, query, found] of ASKED) {
  test(`${type}?${decodeURIComponent(query)}`, async () => {
    const page = await t.root.as(testCaller()).search(type, query.replaceAll('+', '%2B'))
    assert.deepEqual(page.entries.map((e) => names.get(e.id) ?? e.id).sort(), found)
  })
}

/** The names on all pages of two, in their order. */
async function ordered(query: string): Promise<(string | undefined)[]> {
  const out: (string | undefined)[] = []
  for (let cursor = ''; ; ) {
    const page = await t.root.as(testCaller()).search('Observation', `${query}&_count=2${cursor}`)
    out.push(...page.entries.map((e) => names.get(e.id)))
    if (!page.next) return out
    cursor = `&_cursor=${page.next}`
  }
}

test('sorted by a number, page by page; what has none comes last', async () => {
  const query = '_sort=value-quantity&_id='.concat(
    [...names]
      .filter(([, name]) => /glucose|warm|local|word/.test(name))
      .map(([id]) => id)
      .join(),
  )
  assert.deepEqual(await ordered(query), ['glucoseLitre', 'local', 'glucose', 'warm', 'word'])
  assert.deepEqual(await ordered(query.replace('_sort=', '_sort=-')), ['warm', 'glucose', 'local', 'glucoseLitre', 'word'])
  const byId = await ordered('_sort=-_id')
  assert.deepEqual(
    byId,
    [...byId].sort((a, b) => (idOf(a) < idOf(b) ? 1 : -1)),
  )
})

const idOf = (name: string | undefined): string => [...names].find(([, known]) => known === name)?.[0] ?? ''

test('the index of all of it is in order', async () => {
  assert.deepEqual(await t.root.index.check({ repair: false }), [])
})

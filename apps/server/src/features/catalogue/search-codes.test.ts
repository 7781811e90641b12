/** Searches by the codes of a value set and along a hierarchy: the store asks the lists that hold today. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemCaller } from '../../access/index.ts'
import type { FhirResource } from '../../store/index.ts'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { importCatalogues } from './import.ts'

const ICD10 = 'http://hl7.org/fhir/sid/icd-10'
const LIST = `code,marker,name_vi,chapter_no,block,category
A03,,Lỵ trực khuẩn,I,A00-A09,A03
A03.0,,Lỵ trực khuẩn do Shigella dysenteriae,I,A00-A09,A03
A06,,Nhiễm amip,I,A00-A09,A06
A06.0,,Lỵ amip cấp,I,A00-A09,A06
B05,,Sởi,I,B00-B09,B05
`
const BLOCKS = 'block,chapter_range,name_vi\nA00-A09,A00-B99,Bệnh nhiễm trùng đường ruột\n'
const CHAPTERS = 'chapter_no,chapter_range,name_vi\nI,A00-B99,Bệnh nhiễm trùng\n'

const coded = (code: string, system = ICD10) => ({ code: { coding: [{ system, code }] } })
const condition = (id: string, more: object) => ({ resourceType: 'Condition', id, subject: { reference: 'Patient/p' }, ...more })
const RESOURCES = [
  { resourceType: 'Patient', id: 'p', gender: 'female' },
  { resourceType: 'Patient', id: 'other', gender: 'male' },
  condition('shigella', coded('A03.0')),
  condition('amoeba', coded('A06')),
  condition('measles', coded('B05')),
  condition('elsewhere', coded('A06.0', 'urn:other')),
  condition('uncoded', { code: { text: 'Mệt' } }),
  {
    resourceType: 'ValueSet',
    id: 'gut',
    url: 'https://example.org/ValueSet/gut',
    status: 'active',
    compose: { include: [{ system: ICD10, filter: [{ property: 'concept', op: 'is-a', value: 'A00-A09' }] }] },
  },
  {
    resourceType: 'ValueSet',
    id: 'huge',
    url: 'https://example.org/ValueSet/huge',
    status: 'active',
    compose: { include: [{ system: 'urn:huge', concept: Array.from({ length: 10_001 }, (_, i) => ({ code: `h${i}` })) }] },
  },
  {
    resourceType: 'ValueSet',
    id: 'large',
    url: 'https://example.org/ValueSet/large',
    status: 'active',
    compose: {
      include: [
        { system: ICD10, concept: [{ code: 'B05' }] },
        { system: 'urn:large', concept: Array.from({ length: 3000 }, (_, i) => ({ code: `h${i}` })) },
      ],
    },
  },
]

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite()
  const store = t.site.store.as(systemCaller('test', '24997'))
  const files = Object.entries({ 'icd.csv': LIST, 'blocks.csv': BLOCKS, 'chapters.csv': CHAPTERS }).map(([file, text]) => ({
    file,
    bytes: new TextEncoder().encode(text),
  }))
  await store.transact((tx) =>
    importCatalogues(tx, { files, facts: { version: 'TT 06/2026/TT-BYT', from: '2026-07-01' }, dryRun: false, by: 'test' }),
  )
  await store.transact((tx) =>
    tx.write(
      RESOURCES.map((resource) => ({ kind: 'update', upsert: true, id: resource.id, resource: resource as unknown as FhirResource })),
    ),
  )
  client = await fhirClient(t)
})
after(() => t.close())

interface Answer {
  total?: number
  entry?: { resource: { id: string } }[]
}

async function ask(path: string): Promise<string[] | string> {
  const answer = await client.send('GET', `/fhir/${path}`)
  if (answer.status !== 200) return `${answer.status} ${answer.code()}`
  return (answer.json<Answer>().entry ?? []).map((e) => e.resource.id).sort()
}

const GUT = 'https://example.org/ValueSet/gut'
const at = (code: string) => encodeURIComponent(`${ICD10}|${code}`)
const OTHERS = ['elsewhere', 'measles', 'uncoded']

/** The question and what it finds, or how it is refused. */
const ASKED: [path: string, found: string[] | string][] = [
  [`Condition?code:in=${GUT}`, ['amoeba', 'shigella']],
  ['Condition?code:in=ValueSet/gut', ['amoeba', 'shigella']],
  [`Condition?code:not-in=${GUT}`, OTHERS],
  [`Condition?code:in=https://example.org/ValueSet/large`, ['measles']],
  [`Condition?code:not-in=https://example.org/ValueSet/large`, ['amoeba', 'elsewhere', 'shigella', 'uncoded']],
  [`Condition?code:in=${GUT},https://example.org/ValueSet/large`, ['amoeba', 'measles', 'shigella']],
  [`Condition?patient=p&code:in=${GUT}&_total=accurate&_summary=count`, []],
  [`Condition?code:in=${encodeURIComponent(`${ICD10}?fhir_vs`)}`, ['amoeba', 'measles', 'shigella']],
  [`Condition?code:below=${at('A00-A09')}`, ['amoeba', 'shigella']],
  [`Condition?code:below=${at('A03')}`, ['shigella']],
  [`Condition?code:below=${at('A03')},${at('B05')}`, ['measles', 'shigella']],
  [`Condition?code:above=${at('A06.0')}`, ['amoeba']],
  [`Patient?_has:Condition:patient:code:below=${at('A06')}`, ['p']],
  [`Patient?_has:Condition:patient:code:not-in=${GUT}`, ['p']],
  [`Condition?patient.gender:in=http://hl7.org/fhir/ValueSet/administrative-gender&code:in=${GUT}`, ['amoeba', 'shigella']],
  ['Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender', []],
  ['Condition?code:in=https://example.org/ValueSet/nobody', '400 search-value-set-unknown'],
  ['Condition?code:not-in=https://example.org/ValueSet/nobody', '400 search-value-set-unknown'],
  ['Condition?code:in=https://example.org/ValueSet/huge', '400 search-too-many-codes'],
  [`Condition?code:below=${at('Z99')}`, '400 search-code-unknown'],
  ['Condition?code:below=http://snomed.info/sct%7C1', '400 search-code-unknown'],
  ['Condition?code:below=A03', '400 search-code-unknown'],
  ['Condition?_id:in=x', '501 not-supported-yet'],
]

for (const [path, found] of ASKED) test(`GET ${decodeURIComponent(path)}`, async () => assert.deepEqual(await ask(path), found))

test('a count of the codes of a set; a condition of a write asks for them, too, in its own transaction', async () => {
  const counted = (await client.send('GET', `/fhir/Condition?code:in=${GUT}&_summary=count`)).json<Answer>()
  assert.equal(counted.total, 2)
  const store = t.site.store.as(systemCaller('test', '24997'))
  // As many transactions as there are connections, each of which asks for the list: none may wait for another connection.
  const all = Array.from({ length: 8 }, () => store.transact((tx) => tx.match([{ type: 'Condition', query: `code:below=${at('A03')}` }])))
  for (const [one] of await Promise.all(all)) assert.equal(typeof one === 'object' && 'id' in one && one.id, 'shigella')
})

test('a search by a value set leaves one row in the audit', async () => {
  const before = (await t.site.store.audit.list({ limit: 500 })).length
  await ask(`Condition?code:in=${GUT}`)
  const [row] = await t.site.store.audit.list({ limit: 500 })
  assert.equal((await t.site.store.audit.list({ limit: 500 })).length, before + 1)
  assert.equal(row?.detail, 'code:in')
})

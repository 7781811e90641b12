/** Searches without a type, and within a compartment. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { compartmentOf, compartmentTypes, isResourceType, searchParameters } from '@yba/fhir'
import type { FhirResource } from '../../store/index.ts'
import { testCaller } from '../../store/testing.ts'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient

const to = (reference: string) => ({ reference })
const TAG = { tag: [{ system: 'urn:tag', code: 'demo' }] }
const observation = (id: string, more: object) => ({ resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, ...more })
const RESOURCES = [
  { resourceType: 'Patient', id: 'a', meta: TAG, gender: 'female' },
  { resourceType: 'Patient', id: 'b', link: [{ other: to('Patient/a'), type: 'seealso' }] },
  { resourceType: 'Practitioner', id: 'doctor', meta: { profile: ['https://example.org/profile/doctor'], source: 'urn:system:his' } },
  { resourceType: 'Device', id: 'scale' },
  { resourceType: 'RelatedPerson', id: 'mother', patient: to('Patient/a') },
  { resourceType: 'Location', id: 'a', name: 'Phòng khám' },
  { resourceType: 'Encounter', id: 'stay', status: 'finished', class: { code: 'IMP' }, subject: to('Patient/a') },
  observation('own', { subject: to('Patient/a'), encounter: to('Encounter/stay'), effectiveDateTime: '2026-11-20', meta: TAG }),
  observation('by', { subject: to('Patient/b'), performer: [to('Patient/a'), to('Practitioner/doctor')], effectiveDateTime: '2026-11-21' }),
  observation('weight', { subject: to('Patient/b'), device: to('Device/scale') }),
  { resourceType: 'Condition', id: 'c', subject: to('Patient/b'), asserter: to('RelatedPerson/mother') },
]

before(async () => {
  t = await testSite()
  client = await fhirClient(t)
  const store = t.site.store.as(testCaller())
  for (const resource of RESOURCES) {
    const { id } = resource
    await store.transact((tx) => tx.write([{ kind: 'update', upsert: true, id, resource: resource as unknown as FhirResource }]))
  }
})
after(() => t.close())

interface Bundle {
  total?: number
  link: { relation: string; url: string }[]
  entry?: { resource: { resourceType: string; id: string } }[]
}

const names = (bundle: Bundle): string[] => (bundle.entry ?? []).map(({ resource: { resourceType, id } }) => `${resourceType}/${id}`)

async function found(path: string): Promise<string[] | string> {
  const answer = await client.send('GET', `/fhir${path}`)
  if (answer.status !== 200) return `${answer.status} ${answer.code()}`
  return names(answer.json<Bundle>())
}

const CASES: [path: string, found: string[] | string][] = [
  // Newest change first.
  ['?_id=a', ['Location/a', 'Patient/a']],
  ['?_id=a&_type=Patient', ['Patient/a']],
  ['?_tag=urn:tag%7Cdemo', ['Observation/own', 'Patient/a']],
  ['?_tag=demo&_type=Patient,Observation&_sort=_id', ['Patient/a', 'Observation/own']],
  ['?_tag:not=demo&_type=Patient,Location', ['Location/a', 'Patient/b']],
  ['?_tag:missing=false', ['Observation/own', 'Patient/a']],
  ['?_profile=https://example.org/profile/doctor', ['Practitioner/doctor']],
  ['?_profile:below=https://example.org/profile', ['Practitioner/doctor']],
  ['?_source=urn:system:his', ['Practitioner/doctor']],
  ['?_lastUpdated=lt2020&_type=Patient,Location', []],
  ['?_type=Patient,Device', ['Device/scale', 'Patient/b', 'Patient/a']],
  ['?_type=Patient,Device&_sort=_lastUpdated', ['Patient/a', 'Patient/b', 'Device/scale']],
  // One type alone has its own parameters.
  ['?_type=Patient&gender=female', ['Patient/a']],
  ['?_type=Patient,Device&gender=female', '400 search-unknown-parameter'],
  ['?_type=Patients', '400 search-unknown-type'],
  ['?_type=Patient,Device&_sort=birthdate', '400 search-unknown-parameter'],
  ['?_id=own&_include=Observation:encounter', ['Observation/own', 'Encounter/stay']],
  ['/_search?_id=a&_type=Location', ['Location/a']],
  ['/Patient/a/Observation', ['Observation/by', 'Observation/own']],
  ['/Patient/a/Observation?date=2026-11-20', ['Observation/own']],
  ['/Patient/a/Observation?_sort=date', ['Observation/own', 'Observation/by']],
  ['/Patient/a/Patient?_sort=_id', ['Patient/a', 'Patient/b']],
  [
    '/Patient/a/*?_sort=-_lastUpdated',
    ['Observation/by', 'Observation/own', 'Encounter/stay', 'RelatedPerson/mother', 'Patient/b', 'Patient/a'],
  ],
  ['/Patient/a/*?_type=Observation,Encounter&_sort=_id', ['Observation/by', 'Observation/own', 'Encounter/stay']],
  ['/Patient/a/*?_tag=demo&_sort=_id', ['Patient/a', 'Observation/own']],
  ['/Patient/nobody/*', []],
  ['/Encounter/stay/*?_sort=_id', ['Observation/own', 'Encounter/stay']],
  ['/Practitioner/doctor/*?_sort=_id', ['Observation/by', 'Practitioner/doctor']],
  ['/RelatedPerson/mother/*?_sort=_id', ['Condition/c', 'RelatedPerson/mother']],
  ['/Device/scale/Observation', ['Observation/weight']],
  ['/Patient/a/Location', '400 search-not-in-compartment'],
  ['/Patient/a/*?_type=Location', '400 search-not-in-compartment'],
  ['/Patient/a/Nothing', '404 type-not-served'],
  ['/Location/a/Observation', '404 route-unknown'],
  ['/Patient/a/$nothing', '404 operation-unknown'],
]

for (const [path, expected] of CASES) test(`GET ${decodeURIComponent(path)}`, async () => assert.deepEqual(await found(path), expected))

test('pages of everything and of a compartment: each resource once, whatever is written in between', async () => {
  for (const path of ['?_type=Patient,Observation,Encounter', '/Patient/a/*?_sort=_lastUpdated', '?_type=Patient,Observation&_sort=_id']) {
    const whole = await found(path)
    const seen: string[] = []
    for (let url: string | undefined = `${t.url}/fhir${path}&_count=2`; url; ) {
      const page: Bundle = (await client.send('GET', url.slice(t.url.length))).json<Bundle>()
      seen.push(...names(page))
      url = page.link.find((l) => l.relation === 'next')?.url
    }
    assert.deepEqual(seen, whole)
  }
})

test('totals, POST and batch entries answer as GET does', async () => {
  const counted = (await client.send('GET', '/fhir?_type=Patient,Device&_summary=count')).json<Bundle>()
  assert.equal(counted.total, 3)
  assert.equal((await client.send('GET', '/fhir/Patient/a/*?_summary=count')).json<Bundle>().total, 6)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const posted = await client.send('POST', '/fhir/_search', '_id=a', form)
  assert.deepEqual(names(posted.json<Bundle>()), ['Location/a', 'Patient/a'])
  const within = await client.send('POST', '/fhir/Patient/a/Observation/_search', 'date=2026-11-20', form)
  assert.deepEqual(names(within.json<Bundle>()), ['Observation/own'])
  const entry = ['?_id=a', '_search?_id=a', 'Patient/a/Observation', 'Patient/a/*?_type=Encounter'].map((url) => ({
    request: { method: 'GET', url },
  }))
  const batch = await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry })
  const answers = batch.json<{ entry: { resource: Bundle }[] }>().entry.map((e) => names(e.resource).length)
  assert.deepEqual(answers, [2, 2, 2, 1])
})

test('/fhir without a question still tells what there is, to anybody; with one it asks who calls', async () => {
  const open = await fetch(`${t.url}/fhir?_format=json`)
  assert.equal(((await open.json()) as { resourceType: string }).resourceType, 'CapabilityStatement')
  assert.equal((await fetch(`${t.url}/fhir?_id=a`)).status, 401)
  const statement = (await client.send('GET', '/fhir/metadata')).json<{
    rest: { interaction: { code: string }[]; compartment: string[]; searchParam: { name: string }[] }[]
  }>()
  assert.ok(statement.rest[0]?.interaction.some((i) => i.code === 'search-system'))
  assert.equal(statement.rest[0]?.compartment.length, 5)
  const values: Record<string, string> = { _type: 'Patient,Device', _lastUpdated: 'gt2020', _profile: 'urn:x', _source: 'urn:x' }
  const claimed = statement.rest[0]?.searchParam.map((p) => p.name) ?? []
  assert.deepEqual(claimed, ['_type', '_id', '_lastUpdated', '_tag', '_security', '_profile', '_source'])
  for (const name of claimed) assert.equal((await client.send('GET', `/fhir?${name}=${values[name] ?? 'a'}`)).status, 200, name)
})

test('the compartments name types and reference parameters of R4', () => {
  for (const owner of compartmentTypes()) {
    for (const [type, params] of compartmentOf(owner) ?? []) {
      assert.ok(isResourceType(type), type)
      for (const param of params) assert.equal(searchParameters(type).get(param)?.type, 'reference', `${owner}: ${type}.${param}`)
    }
  }
})

test('what was searched stands in the audit: the parameters, and whose compartment', async () => {
  await found('/Patient/b/Encounter')
  const [row] = await t.site.store.audit.list({ limit: 1 })
  assert.deepEqual([row?.action, row?.type, row?.detail, row?.patients], ['search', 'Encounter', 'Patient/*', ['b']])
  await found('?_id=a')
  const [all] = await t.site.store.audit.list({ limit: 1 })
  assert.deepEqual([all?.type ?? undefined, all?.detail, all?.patients], [undefined, '_id', ['a']])
})

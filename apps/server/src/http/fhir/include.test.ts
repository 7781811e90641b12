/** `_include` and `_revinclude`: several steps, all links, and what happens when it is too much. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { writeAll } from '../../store/testing.ts'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient

const to = (reference: string) => ({ reference })
const observation = (id: string, more: object) => ({ resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, ...more })
const RESOURCES = [
  { resourceType: 'Organization', id: 'department', name: 'Khoa Nội', partOf: to('Organization/hospital') },
  { resourceType: 'Organization', id: 'hospital', name: 'Bệnh viện', partOf: to('Organization/ministry') },
  { resourceType: 'Organization', id: 'ministry', name: 'Bộ Y tế' },
  { resourceType: 'Practitioner', id: 'doctor' },
  {
    resourceType: 'Patient',
    id: 'p',
    managingOrganization: to('Organization/department'),
    generalPractitioner: [to('Practitioner/doctor')],
  },
  { resourceType: 'Encounter', id: 'stay', status: 'finished', class: { code: 'IMP' }, subject: to('Patient/p') },
  observation('o1', { subject: to('Patient/p'), encounter: to('Encounter/stay') }),
  observation('o2', { subject: to('Patient/p'), hasMember: [to('Observation/o1')] }),
  observation('o3', { hasMember: [to('Observation/o2')] }),
]

const write = (resources: readonly object[]) => writeAll(t.site.store, resources)

before(async () => {
  t = await testSite()
  client = await fhirClient(t)
  await write(RESOURCES)
})
after(() => t.close())

interface Bundle {
  entry?: { resource: { resourceType: string; id: string; issue?: object[] }; search: { mode: string } }[]
}

async function included(path: string): Promise<string[] | string> {
  const answer = await client.send('GET', `/fhir/${path}`)
  if (answer.status !== 200) return `${answer.status} ${answer.code()}`
  const entries = answer.json<Bundle>().entry ?? []
  return entries.flatMap(({ resource, search }) => (search.mode === 'include' ? [`${resource.resourceType}/${resource.id}`] : [])).sort()
}

const CASES: [path: string, found: string[] | string][] = [
  ['Patient?_id=p&_include=Patient:organization', ['Organization/department']],
  // Without :iterate a rule looks at the matches alone.
  ['Patient?_id=p&_include=Patient:organization&_include=Organization:partof', ['Organization/department']],
  [
    'Patient?_id=p&_include=Patient:organization&_include:iterate=Organization:partof',
    ['Organization/department', 'Organization/hospital', 'Organization/ministry'],
  ],
  ['Observation?_id=o3&_include:iterate=Observation:has-member', ['Observation/o1', 'Observation/o2']],
  ['Observation?_id=o3&_include:recurse=Observation:has-member', ['Observation/o1', 'Observation/o2']],
  ['Observation?_id=o1&_revinclude:iterate=Observation:has-member', ['Observation/o2', 'Observation/o3']],
  ['Observation?_id=o1&_include=*', ['Encounter/stay', 'Patient/p']],
  ['Observation?_id=o1&_include=Observation:*', ['Encounter/stay', 'Patient/p']],
  ['Patient?_id=p&_include=Observation:*', []],
  ['Patient?_id=p&_revinclude=*', ['Encounter/stay', 'Observation/o1', 'Observation/o2']],
  ['Patient?_id=p&_revinclude=Observation:*', ['Observation/o1', 'Observation/o2']],
  [
    'Observation?_id=o1&_include=*&_include:iterate=Patient:*',
    ['Encounter/stay', 'Organization/department', 'Patient/p', 'Practitioner/doctor'],
  ],
  [
    'Organization?_id=hospital&_include:iterate=*&_revinclude:iterate=*',
    [
      ...['Encounter/stay', 'Observation/o1', 'Observation/o2', 'Observation/o3', 'Organization/department', 'Organization/ministry'],
      ...['Patient/p', 'Practitioner/doctor'],
    ],
  ],
  ['Patient?_include=*:subject', '400 search-bad-include'],
]

for (const [path, found] of CASES) test(`GET ${path}`, async () => assert.deepEqual(await included(path), found))

test('a circle ends, and a chain that is too long is cut and said to be', async () => {
  const chain = Array.from({ length: 14 }, (_, i) => observation(`c${i}`, { hasMember: [to(`Observation/c${(i + 1) % 14}`)] }))
  await write(chain)
  const answer = (await client.send('GET', '/fhir/Observation?_id=c0&_include:iterate=Observation:has-member')).json<Bundle>()
  const modes = (answer.entry ?? []).map((e) => e.search.mode)
  assert.deepEqual([modes.filter((m) => m === 'include').length, modes.at(-1)], [10, 'outcome'])
  assert.match(JSON.stringify(answer.entry?.at(-1)), /search-includes-cut/)
  const short = (await client.send('GET', '/fhir/Observation?_id=o3&_include:iterate=Observation:has-member')).text
  assert.doesNotMatch(short, /"outcome"/)
})

test('a page brings 5,000 resources along at most, and says that there are more', async () => {
  await write([{ resourceType: 'Patient', id: 'many' }])
  for (let part = 0; part < 6; part++) {
    await write(Array.from({ length: 1000 }, (_, i) => observation(`m${part}-${i}`, { subject: to('Patient/many') })))
    if (part !== 4) continue
    const all = await client.send('GET', '/fhir/Patient?_id=many&_revinclude=Observation:subject')
    assert.equal(all.json<Bundle>().entry?.length, 5001)
    assert.doesNotMatch(all.text, /search-includes-cut/)
  }
  const cut = await client.send('GET', '/fhir/Patient?_id=many&_revinclude=Observation:subject')
  assert.equal(cut.json<Bundle>().entry?.length, 5002)
  assert.match(cut.text, /search-includes-cut/)
})

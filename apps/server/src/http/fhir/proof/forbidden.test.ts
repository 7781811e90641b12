/** What a caller may not see changes no byte of an answer: each path is asked before a hidden chart is written, and after. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { featuresOf } from '../../../roles.ts'
import { testCaller, writeAll } from '../../../store/testing.ts'
import type { SignedIn } from '../../../testing/browser.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'

let t: TestSite
let doctor: SignedIn

before(async () => {
  t = await testSite({ role: 'facility', features: featuresOf('bare') })
  doctor = await t.as('doctor')
})
after(() => t.close())

const VERY_RESTRICTED = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }] }

const write = (...resources: object[]) => writeAll(t.site.store, resources)

const chart = (name: string, meta = {}) => [
  { resourceType: 'Patient', id: name, ...meta, name: [{ text: 'Trần Văn Kín' }], gender: 'male' },
  {
    resourceType: 'Observation',
    id: `${name}-o`,
    ...meta,
    status: 'final',
    code: { coding: [{ system: 'urn:k', code: 'k1' }] },
    subject: { reference: `Patient/${name}` },
  },
]

const composition = (id: string, entry: string, meta = {}) => ({
  resourceType: 'Composition',
  id,
  ...meta,
  status: 'final',
  type: { text: 'x' },
  subject: { reference: 'Patient/shown' },
  date: '2026-01-01',
  author: [{ display: 'x' }],
  title: 'x',
  section: [{ title: 'x', entry: [{ reference: `Observation/${entry}` }] }],
})

/** What belongs to whom the caller cares for, and is hidden all the same. */
const BESIDE = [
  {
    ...chart('shown', { meta: { ...VERY_RESTRICTED, tag: [{ code: 'hidden' }] } })[1],
    id: 'hidden-x',
    hasMember: [{ reference: 'Observation/shown-o' }],
  },
  {
    resourceType: 'Encounter',
    id: 'hidden-e',
    meta: VERY_RESTRICTED,
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/shown' },
  },
  composition('hidden-c', 'hidden-x', { meta: VERY_RESTRICTED }),
]

const SETS = [
  {
    resourceType: 'ValueSet',
    id: 'hidden-v',
    meta: { ...VERY_RESTRICTED, tag: [{ code: 'hidden' }] },
    url: 'https://example.org/ValueSet/hidden',
    status: 'active',
    compose: { include: [{ system: 'urn:k', concept: [{ code: 'k1' }] }] },
  },
]

const observation = (patient: string, id?: string) => ({
  resourceType: 'Observation',
  ...(id ? { id } : {}),
  status: 'final',
  code: { text: 'y' },
  subject: { reference: `Patient/${patient}` },
})

const batch = (...urls: string[]) => ({
  resourceType: 'Bundle',
  type: 'batch',
  entry: urls.map((url) => ({ request: { method: 'GET', url } })),
})

const META = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ code: 'hidden' }] } }] }

const PATHS: [method: string, path: string, body?: object][] = [
  ['GET', '/Patient/hidden'],
  ['GET', '/Patient/hidden/_history/1'],
  ['GET', '/Patient/hidden/_history'],
  ['GET', '/Observation/hidden-o'],
  ['GET', '/Patient/_history'],
  ['GET', '/_history'],
  ['GET', '/_history?_at=2026'],
  ['GET', '/Patient/hidden/_history?_at=2026'],
  ['GET', '/Patient?name=Trần'],
  ['GET', '/Patient?name=Trần&_total=accurate&_count=1'],
  ['GET', '/Patient?gender=male&_sort=-_lastUpdated'],
  ['GET', '/Patient?gender=male&_summary=count'],
  ['GET', '/Patient?_has:Observation:patient:code=k1'],
  ['GET', '/Patient?gender=male&_revinclude=Observation:patient'],
  ['GET', '/Observation?patient=hidden&code=k1&_total=accurate'],
  ['GET', '/Observation?patient=hidden&_include=Observation:patient'],
  ['GET', '/Observation?patient=shown&patient.name=Trần'],
  ['GET', '/Observation?code=k1'],
  ['GET', '/Observation?patient=shown&code:in=https://example.org/ValueSet/hidden'],
  ['GET', '/Observation?patient=shown&code:not-in=ValueSet/hidden-v'],
  ['GET', '/Patient?_id=shown&_revinclude=*'],
  ['GET', '/Patient?_id=shown&_revinclude:iterate=*&_include:iterate=*'],
  ['GET', '/Observation?patient=shown&_revinclude:iterate=Observation:has-member'],
  ['GET', '/Observation?patient=shown&_include=*'],
  ['GET', '/Patient/shown/*'],
  ['GET', '/Patient/shown/Observation?_total=accurate&_count=1'],
  ['GET', '/Patient/shown/*?_summary=count'],
  ['GET', '/Patient/hidden/*'],
  ['GET', '/Patient/hidden/Observation?code=k1'],
  ['GET', '/Encounter/hidden-e/*'],
  ['GET', '?_id=hidden,hidden-o,hidden-x,shown'],
  ['GET', '?_id=shown&_type=Patient,Observation&_revinclude=*'],
  ['GET', '?_id=hidden,shown&_summary=count'],
  ['GET', '/_search?_type=Patient&_id=hidden'],
  ['GET', '?_tag=hidden'],
  ['GET', '/Patient/hidden/$everything'],
  ['GET', '/Patient/shown/$everything'],
  ['GET', '/Patient/shown/$everything?_count=3'],
  ['GET', '/Patient/shown/$everything?_type=Encounter&start=2020'],
  ['GET', '/Encounter/hidden-e/$everything'],
  ['GET', '/Composition/hidden-c/$document'],
  ['GET', '/Observation/$lastn?patient=shown'],
  ['GET', '/Observation/$lastn?patient=hidden&code=k1'],
  ['GET', '/$meta'],
  ['GET', '/ValueSet/$meta'],
  ['GET', '/Observation/$meta'],
  ['GET', '/Observation/hidden-o/$meta'],
  ['POST', '/Observation/hidden-o/$meta-add', META],
  ['POST', '/Observation/hidden-o/$meta-delete', META],
  ['POST', '', batch('Patient/hidden', 'Observation?patient=hidden', 'Patient?gender=male')],
  ['POST', '/Observation', observation('hidden')],
  ['PUT', '/Observation/hidden-o', observation('shown', 'hidden-o')],
  ['PUT', '/Observation/shown-o', observation('hidden', 'shown-o')],
  ['DELETE', '/Observation/hidden-o'],
  ['DELETE', '/Observation?patient=hidden'],
  ['DELETE', '/Observation?patient=shown&_tag=hidden'],
]

async function ask([method, path, body]: (typeof PATHS)[number]): Promise<string> {
  const headers = { 'content-type': 'application/fhir+json' }
  const answer = await doctor.fetch(`/fhir${path}`, { method, ...(body ? { headers, body: JSON.stringify(body) } : {}) })
  const told = [...answer.headers].filter(([name]) => !/^(date|x-request-id|set-cookie)$/.test(name))
  // A document is made anew each time.
  const text = (await answer.text()).replace(/"urn:uuid:[^"]*"|"timestamp":"[^"]*"/g, '"new"')
  return JSON.stringify([answer.status, told, text], null, 1)
}

/** What an export by the doctor holds: types and lines. */
async function exported(): Promise<string> {
  const started = await doctor.fetch('/fhir/$export?_type=Patient', { headers: { prefer: 'respond-async' } })
  const place = (started.headers.get('content-location') ?? '').replace(t.url, '')
  for (let i = 0; i < 100; i++, await delay(300)) {
    const status = await doctor.fetch(place)
    if (status.status === 202) continue
    const { output = [] } = (await status.json()) as { output?: { url: string }[] }
    const files = await Promise.all(output.map(async ({ url }) => (await doctor.fetch(url.replace(t.url, ''))).text()))
    return files.join('')
  }
  return 'no end'
}

let exportedUnseen = ''
const unseen: string[] = []

test('a hidden chart changes no byte of any answer, of reads and of writes', async () => {
  await write(...chart('shown'), composition('shown-c', 'shown-o'))
  const store = t.site.store.as(testCaller())
  await store.transact((tx) => tx.grantCare({ patient: 'shown', department: 'K01', from: new Date(0), basis: 'encounter' }))
  for (const path of PATHS) unseen.push(await ask(path))
  exportedUnseen = await exported()
  assert.match(exportedUnseen, /^[^\n]*"id":"shown"[^\n]*\n$/)
  await write(...chart('hidden', { meta: VERY_RESTRICTED }), ...SETS, ...BESIDE)
  const differ: string[] = []
  for (const [i, path] of PATHS.entries()) {
    const now = await ask(path)
    if (now !== unseen[i]) differ.push(`${path[0]} ${path[1]}\n${unseen[i]}\n${now}`)
  }
  assert.deepEqual(differ, [])
  assert.equal(await exported(), exportedUnseen)
  for (const id of ['hidden-o', 'hidden-x']) assert.equal((await t.site.store.as(testCaller()).read('Observation', id)).deleted, false, id)
  assert.ok(unseen[6]?.includes('Văn Kín'), 'the shown patient is found')
  const answered = PATHS.flatMap(([method, path], i) => (method === 'GET' && unseen[i]?.includes('shown-o') ? [path] : []))
  for (const path of ['/Patient?_id=shown&_revinclude=*', '/Patient/shown/*', '/Patient/shown/$everything'])
    assert.ok(answered.includes(path), path)
})

/** Answers that say nothing of any chart: refused because they name nobody. */
const ALIKE = new Set(['GET /Observation?code=k1', 'GET ?_tag=hidden', 'GET /Observation/$meta'])

/** The same without what hides it. */
const bare = (resource: object): object => {
  const { meta, ...rest } = resource as { meta?: { tag?: object[] } }
  return { ...rest, ...(meta?.tag ? { meta: { tag: meta.tag } } : {}) }
}

test('shown, the same chart changes each of these answers: none of them is the same whatever there is', async () => {
  await write(...chart('hidden'), ...SETS.map(bare), ...BESIDE.map(bare))
  const store = t.site.store.as(testCaller())
  await store.transact((tx) => tx.grantCare({ patient: 'hidden', department: 'K01', from: new Date(0), basis: 'encounter' }))
  const same: string[] = []
  for (const [i, path] of PATHS.entries()) if ((await ask(path)) === unseen[i]) same.push(`${path[0]} ${path[1]}`)
  assert.deepEqual(new Set(same), ALIKE)
  assert.notEqual(await exported(), exportedUnseen)
})

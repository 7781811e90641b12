import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirAnswer, type FhirClient, fhirClient } from '../../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

const SYSTEM = 'https://example.org/so'
const by = (value: string) => `identifier=${SYSTEM}|${value}`
const numbered = (resourceType: string, value: string, more = {}) => ({ resourceType, identifier: [{ system: SYSTEM, value }], ...more })
const patient = (value: string, more = {}) => numbered('Patient', value, { name: [{ text: 'Lê Thị Gói' }], ...more })
const observation = (subject: string, more = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'Kali' },
  subject: { reference: subject },
  ...more,
})
const post = (resource: { resourceType: string }, more: { request?: object; fullUrl?: string } = {}) => ({
  resource,
  ...more,
  request: { method: 'POST', url: resource.resourceType, ...more.request },
})
const get = (url: string, more = {}) => ({ request: { method: 'GET', url, ...more } })

interface Answered {
  entry: {
    resource?: { id: string; total?: number; gender?: string }
    response: { status: string; location?: string; etag?: string; outcome?: { issue: { details: { coding: { code: string }[] } }[] } }
  }[]
}
const send = (type: string, entry: unknown[], headers = {}): Promise<FhirAnswer> =>
  client.send('POST', '/fhir', { resourceType: 'Bundle', type, entry }, headers)
async function done(type: string, entry: unknown[], headers = {}): Promise<Answered['entry']> {
  const answer = await send(type, entry, headers)
  assert.equal(answer.status, 200, answer.text)
  return answer.json<Answered>().entry
}
const statuses = (entries: Answered['entry']) => entries.map((e) => e.response.status.slice(0, 3))
const placeOf = (location = ''): string => location.replace(/\/_history\/.*$/, '')
const exists = async (value: string): Promise<number> =>
  (await client.send('GET', `/fhir/Patient?${encodeURI(by(value))}&_summary=count`)).json<{ total: number }>().total
const issues = (answer: FhirAnswer) =>
  answer
    .json<{ issue: { details: { coding: { code: string }[] }; expression?: string[] }[] }>()
    .issue.map((i) => [i.details.coding[0]?.code, i.expression?.[0]])

test('entries name each other in every form, and nothing but the links changes', async () => {
  const names = {
    uuid: 'urn:uuid:2f6c3c5e-7a54-4a0e-8a3c-111111111111',
    oid: 'urn:oid:1.2.36.146.595.217.0.1',
    absolute: 'https://other.example/fhir/Patient/p1',
    relative: 'Patient/p2',
  }
  const made = await done('transaction', [
    ...Object.values(names).map((fullUrl, i) => post(patient(`n${i}`), { fullUrl })),
    ...Object.values(names).map((name) => post(observation(name), { fullUrl: `${name}-seen` })),
    // Of the server its entry is of.
    post(observation('Patient/p1'), { fullUrl: 'https://other.example/fhir/Observation/o1' }),
    post(observation(names.uuid, { extension: [{ url: 'https://example.org/part', valueUri: `${names.uuid}#part` }] })),
  ])
  const people = made.slice(0, 4).map((e) => placeOf(e.response.location))
  const linked: unknown[] = []
  for (const { response } of made.slice(4)) {
    const read = (await client.send('GET', `/fhir/${placeOf(response.location)}`)).json<{
      subject: { reference: string }
      extension?: { valueUri: string }[]
    }>()
    linked.push(read.extension?.[0]?.valueUri ?? read.subject.reference)
  }
  assert.deepEqual(linked, [...people, people[2], `${people[0]}#part`])

  const text = `{"resourceType":"Bundle","type":"transaction","entry":[
    {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","identifier":[{"system":"${SYSTEM}","value":"urn:uuid:1"}]},"request":{"method":"POST","url":"Patient"}},
    {"resource":{"resourceType":"Observation","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><a href=\\"urn:uuid:1\\">\\u1ec7</a></div>"},
      "status":"final","code":{"text":"K"},"subject": {"reference" : "urn:uuid:1"},"valueQuantity":{"value":1.50}},"request":{"method":"POST","url":"Observation"}}]}`
  const { entry } = (await client.send('POST', '/fhir', text)).json<Answered>()
  const [one, two] = entry.map((e) => placeOf(e.response.location))
  assert.ok((await client.send('GET', `/fhir/${one}`)).text.includes('"value":"urn:uuid:1"'))
  const stored = (await client.send('GET', `/fhir/${two}`)).text
  assert.ok(stored.includes(`<a href=\\"${one}\\">\\u1ec7</a></div>"},\n      "status":"final"`), stored)
  assert.ok(stored.includes(`"subject": {"reference" : "${one}"},"valueQuantity":{"value":1.50}}`), stored)
})

test('references and creates by condition lead to what is there; none and several end it, by name and place', async () => {
  const known = await client.create(patient('k1'))
  const [found, seen] = await done('transaction', [
    post(patient('k1'), { fullUrl: 'urn:uuid:2', request: { ifNoneExist: by('k1') } }),
    post(observation(`Patient?${by('k1')}`, { performer: [{ reference: 'urn:uuid:2' }] })),
  ])
  assert.deepEqual([found?.response.status, placeOf(found?.response.location)], ['200 OK', `Patient/${known}`])
  const read = (await client.send('GET', `/fhir/${placeOf(seen?.response.location)}`)).json<{
    subject: { reference: string }
    performer: { reference: string }[]
  }>()
  assert.deepEqual([read.subject.reference, read.performer[0]?.reference], [`Patient/${known}`, `Patient/${known}`])

  const none = await send('transaction', [post(patient('k2')), post(observation(`Patient?${by('k9')}`))])
  assert.deepEqual([none.status, issues(none)], [412, [['no-match', 'Bundle.entry[1].resource']]])
  await client.create(patient('k1'))
  const several = await send('transaction', [post(patient('k2')), post(observation(`Patient?${by('k1')}`))])
  assert.deepEqual([several.status, several.code()], [412, 'multiple-matches'])
  const twice = await send(
    'transaction',
    [1, 2].map(() => post(patient('k2'), { request: { ifNoneExist: by('k2') } })),
  )
  assert.deepEqual([twice.status, twice.code()], [400, 'duplicate-write'])
  assert.equal(await exists('k2'), 0)
})

test('methods are mixed in any order: all is written before anything is read, and answers come in the order of the entries', async () => {
  const [old, kept] = [await client.create(patient('m1')), await client.create(patient('m2'))]
  const binary = {
    resourceType: 'Binary',
    contentType: 'application/json-patch+json',
    data: Buffer.from('[{"op":"add","path":"/gender","value":"female"}]').toString('base64'),
  }
  const entries = await done('transaction', [
    get(`Patient?${by('m3')}`),
    get(`Patient/${kept}`),
    { resource: binary, request: { method: 'PATCH', url: `Patient/${kept}`, ifMatch: 'W/"1"' } },
    { resource: patient('m3', { id: 'm3' }), request: { method: 'PUT', url: 'Patient/m3' } },
    post(patient('m4')),
    { request: { method: 'DELETE', url: `Patient?${by('m1')}` } },
    { request: { method: 'DELETE', url: 'Patient/never' } },
    get(`Patient/${kept}`, { ifNoneMatch: 'W/"2"' }),
    { request: { method: 'HEAD', url: `Patient/${kept}/_history/1` } },
  ])
  assert.deepEqual(statuses(entries), ['200', '200', '200', '201', '201', '204', '204', '304', '200'])
  assert.equal(entries[0]?.resource?.total, 1)
  assert.equal(entries[1]?.resource?.gender, 'female')
  assert.deepEqual([entries[2]?.response.etag, entries[8]?.response.etag, entries[8]?.resource], ['W/"2"', 'W/"1"', undefined])
  assert.equal((await client.send('GET', `/fhir/Patient/${old}`)).status, 410)
})

test('a read inside a bundle gives the bytes that are stored', async () => {
  const text = `{"resourceType":"Observation",  "status":"final","code":{"text":"K"},"valueQuantity":{"value":1.50}}`
  const id = (await client.send('POST', '/fhir/Observation', text)).json<{ id: string }>().id
  const stored = (await client.send('GET', `/fhir/Observation/${id}`)).text
  for (const type of ['transaction', 'batch']) assert.ok((await send(type, [get(`Observation/${id}`)])).text.includes(stored), type)
})

test('a refusal at any place of a transaction leaves nothing written', async () => {
  const bad: unknown[] = [
    post(observation('Patient/nobody')),
    { resource: patient('x', { id: 'a' }), request: { method: 'PUT', url: 'Patient/b' } },
    { resource: patient('x', { id: 'a' }), request: { method: 'PUT', url: 'Patient/a', ifMatch: 'W/"4"' } },
    post(patient('x', { gender: 'nonsense' })),
    get('Patient/nobody'),
    { request: { method: 'POST', url: 'Patient/$everything' } },
    'no entry',
  ]
  for (const [i, entry] of bad.entries()) {
    const good = [post(patient(`all-${i}`)), post(patient(`all-${i}`))]
    for (const place of [0, 1, 2]) {
      const answer = await send('transaction', good.toSpliced(place, 0, entry as (typeof good)[0]))
      assert.ok(answer.status >= 400 && answer.status < 500, `${i} ${answer.text}`)
      assert.ok(
        issues(answer).every(([, at]) => at?.startsWith(`Bundle.entry[${place}]`)),
        answer.text,
      )
    }
    assert.equal(await exists(`all-${i}`), 0)
  }
})

test('every invalid entry is told at once, each with its place; one resource is written once', async () => {
  const answer = await send('transaction', [
    post(patient('v', { gender: 'nonsense' })),
    post(patient('v')),
    post(patient('v', { birthDate: 'yesterday' })),
  ])
  assert.deepEqual(
    issues(answer).map(([, at]) => at),
    ['Bundle.entry[0].resource.gender', 'Bundle.entry[2].resource.birthDate'],
  )
  const put = { resource: patient('v', { id: 'v1' }), request: { method: 'PUT', url: 'Patient/v1' } }
  assert.equal((await send('transaction', [put, put])).code(), 'duplicate-write')
  const named = post(patient('v'), { fullUrl: 'urn:uuid:3' })
  assert.equal((await send('transaction', [named, named])).code(), 'bundle-name-twice')
  assert.equal(await exists('v'), 0)
})

test('a batch answers each entry for itself, in their order', async () => {
  const id = await client.create(patient('b1'))
  const entries = await done('batch', [
    get(`Patient?${by('b2')}`),
    post(patient('b2')),
    post(observation('Patient/nobody')),
    get('Patient/nobody'),
    post(patient('b1'), { request: { ifNoneExist: by('b1') } }),
    get(`Patient/${id}/_history`),
    post(observation(`Patient?${by('b1')}`)),
    'no entry',
    { request: { method: 'DELETE', url: 'Patient' } },
  ])
  assert.deepEqual(statuses(entries), ['200', '201', '422', '404', '200', '200', '422', '400', '422'])
  assert.deepEqual([entries[0]?.resource?.total, entries[5]?.resource?.total], [1, 1])
  assert.deepEqual(
    entries.map((e) => e.response.outcome?.issue[0]?.details.coding[0]?.code),
    [
      undefined,
      undefined,
      'reference-not-found',
      'not-found',
      undefined,
      undefined,
      'conditional-reference',
      'bundle-entry-unreadable',
      'interaction-not-supported',
    ],
  )
})

test('what a condition found is not deleted in the same transaction', async () => {
  const id = await client.create(patient('t1'))
  const made = post(patient('t1'), { request: { ifNoneExist: by('t1') } })
  for (const url of [`Patient/${id}`, `Patient?${by('t1')}`]) {
    assert.equal((await send('transaction', [{ request: { method: 'DELETE', url } }, made])).code(), 'duplicate-write')
  }
  assert.equal(await exists('t1'), 1)
})

test('links to entries resolve with a version and in a patch', async () => {
  const id = await client.create(observation(`Patient/${await client.create(patient('l1'))}`))
  const steps = [{ op: 'replace', path: '/subject/reference', value: 'urn:uuid:5' }]
  const data = Buffer.from(JSON.stringify(steps)).toString('base64')
  const [made, versioned] = await done('transaction', [
    post(patient('l2'), { fullUrl: 'urn:uuid:5' }),
    post(observation('urn:uuid:5/_history/1')),
    {
      resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data },
      request: { method: 'PATCH', url: `Observation/${id}` },
    },
  ])
  const to = placeOf(made?.response.location)
  const subject = async (at: string) =>
    (await client.send('GET', `/fhir/${at}`)).json<{ subject: { reference: string } }>().subject.reference
  assert.equal(await subject(`Observation/${id}`), to)
  assert.equal(await subject(placeOf(versioned?.response.location)), `${to}/_history/1`)
})

test('Prefer reaches the entries', async () => {
  const [whole] = await done('transaction', [post(patient('w1'))], { prefer: 'return=representation' })
  assert.equal(whole?.resource?.id, placeOf(whole?.response.location).slice('Patient/'.length))
  const [said] = await done('batch', [post(patient('w2'))], { prefer: 'return=OperationOutcome' })
  assert.equal(said?.response.outcome?.issue[0]?.details.coding[0]?.code, 'written')
})

test('of many clients with one bundle, each condition is met once', async () => {
  const bundle = [
    post(patient('r1'), { fullUrl: 'urn:uuid:4', request: { ifNoneExist: by('r1') } }),
    post(patient('r2'), { request: { ifNoneExist: by('r2') } }),
    post(observation('urn:uuid:4')),
  ]
  const all = await Promise.all(Array.from({ length: 8 }, (_, i) => done('transaction', i % 2 === 0 ? bundle : bundle.toReversed())))
  assert.equal(all.length, 8)
  assert.deepEqual([await exists('r1'), await exists('r2')], [1, 1])
})

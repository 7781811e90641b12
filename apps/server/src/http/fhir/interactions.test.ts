import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { resourceTypes } from '@yba/fhir'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { EVERY_TYPE, roundTrips, storePool } from '../../testing/round-trip.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

const PATIENT = { resourceType: 'Patient', name: [{ text: 'Lê Thị Máy' }], gender: 'female' }

test('a bare site takes every type of R4 as plain FHIR, those of care areas included', async () => {
  const patient = await client.create(PATIENT)
  const subject = { reference: `Patient/${patient}` }
  const given: { resourceType: string; [member: string]: unknown }[] = [
    { resourceType: 'Task', status: 'requested', intent: 'order', for: subject },
    { resourceType: 'Provenance', target: [subject], recorded: '2026-11-20T08:00:00+07:00', agent: [{ who: { display: 'Bác sĩ' } }] },
    { resourceType: 'DocumentReference', status: 'current', subject, content: [{ attachment: { contentType: 'text/plain', title: 'a' } }] },
    { resourceType: 'SupplyDelivery', status: 'completed', patient: subject },
    { resourceType: 'Device', patient: subject },
    { resourceType: 'Binary', contentType: 'text/plain', data: 'YQ==' },
    { resourceType: 'Bundle', type: 'collection' },
  ]
  for (const resource of given) {
    const id = await client.create(resource)
    const read = await client.send('GET', `/fhir/${resource.resourceType}/${id}`)
    assert.equal(read.status, 200, resource.resourceType)
    const { id: _, meta, ...rest } = read.json()
    assert.deepEqual(rest, resource)
    const asked = (await client.send('GET', `/fhir/${resource.resourceType}/${id}/$meta`)).json<{ parameter: { valueMeta: unknown }[] }>()
    assert.deepEqual(asked.parameter[0]?.valueMeta, meta)
  }
})

test('the capability statement of a bare site claims reading and writing of all types', async () => {
  const statement = (await client.send('GET', '/fhir/metadata')).json<{
    rest: { resource: { type: string; interaction: { code: string }[] }[] }[]
  }>()
  const resources = statement.rest[0]?.resource ?? []
  assert.equal(resources.length, resourceTypes().length)
  assert.ok(resources.every((r) => r.interaction.some((i) => i.code === 'create')))
  assert.equal((await client.send('GET', '/fhir/Nothing/1')).code(), 'type-not-served')
})

test('Prefer decides what a write answers with; the headers of the version are always there', async () => {
  const wanted = (preference: string) => client.send('POST', '/fhir/Patient', PATIENT, { prefer: `return=${preference}` })
  const whole = await client.send('POST', '/fhir/Patient', PATIENT)
  assert.equal(whole.json<{ gender: string }>().gender, 'female')
  const minimal = await wanted('minimal')
  assert.deepEqual([minimal.status, minimal.text], [201, ''])
  const outcome = await wanted('OperationOutcome')
  assert.equal(outcome.code(), 'written')
  for (const answer of [whole, minimal, outcome]) {
    assert.match(answer.headers.get('location') ?? '', /\/fhir\/Patient\/[0-9a-f-]{36}\/_history\/1$/)
    assert.equal(answer.headers.get('etag'), 'W/"1"')
    assert.ok(answer.headers.get('last-modified'))
  }
  assert.equal(minimal.headers.get('preference-applied'), 'return=minimal')
})

test('If-None-Match and If-Modified-Since answer 304, and the audit has the read', async () => {
  const id = await client.create(PATIENT)
  const path = `/fhir/Patient/${id}`
  const read = await client.send('GET', path)
  const reads = async () => (await t.site.store.sql(`select 1 from audit where id = $1 and action = 'read'`, [id])).length
  const before = await reads()
  const modified = read.headers.get('last-modified') ?? ''
  const earlier = new Date(Date.parse(modified) - 1000).toUTCString()
  const asked: [Record<string, string>, number][] = [
    [{ 'if-none-match': 'W/"1"' }, 304],
    [{ 'if-none-match': '"7", "1"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': 'W/"2"' }, 200],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': earlier }, 200],
    [{ 'if-none-match': 'W/"2"', 'if-modified-since': modified }, 200],
  ]
  for (const [headers, status] of asked) {
    const answer = await client.send('GET', path, undefined, headers)
    assert.equal(answer.status, status, JSON.stringify(headers))
    assert.equal(answer.headers.get('etag'), 'W/"1"')
    if (status === 304) assert.equal(answer.text, '')
  }
  assert.equal(await reads(), before + asked.length)
  assert.equal((await client.send('GET', `${path}/_history/1`, undefined, { 'if-none-match': 'W/"1"' })).status, 304)
})

test('HEAD says what GET would, without the body', async () => {
  const id = await client.create(PATIENT)
  for (const path of [`/fhir/Patient/${id}`, `/fhir/Patient/${id}/_history/1`, `/fhir/Patient?_id=${id}`, '/fhir/metadata']) {
    const [head, get] = [await client.send('HEAD', path), await client.send('GET', path)]
    assert.deepEqual([head.status, head.text], [200, ''], path)
    for (const name of ['etag', 'last-modified', 'content-type', 'content-length'])
      assert.equal(head.headers.get(name), get.headers.get(name), `${path} ${name}`)
  }
  assert.equal((await client.send('HEAD', '/fhir/Patient/nobody')).status, 404)
})

test('the form asked for is kept to on every route, or refused by name; pretty text keeps every number', async () => {
  const text = `{"resourceType":"Observation","status":"final","code":{"text":"Kali"},"valueQuantity":{"value":1.50}}`
  const id = (await client.send('POST', '/fhir/Observation?_pretty=true', text)).json<{ id: string }>().id
  const path = `/fhir/Observation/${id}`
  const pretty = await client.send('GET', `${path}?_pretty=true&_format=json`)
  assert.match(pretty.text, /\n {4}"value": 1\.50\n/)
  assert.match((await client.send('GET', '/fhir/Observation/nobody?_pretty=true')).text, /\n {2}"issue"/)
  for (const one of [path, `${path}/_history`, `${path}/_history/1`, `/fhir/Observation?_id=${id}`, '/fhir/metadata']) {
    assert.equal((await client.send('GET', one, undefined, { accept: 'application/fhir+xml' })).code(), 'not-acceptable', one)
    const format = one.includes('?') ? '&_format=xml' : '?_format=xml'
    assert.equal((await client.send('GET', one + format)).status, 406, one)
  }
  const sends: [string, string][] = [
    ['POST', '/fhir/Observation'],
    ['PUT', path],
    ['POST', '/fhir'],
    ['POST', '/fhir/Observation/_search'],
  ]
  for (const [method, one] of sends) {
    const answer = await client.send(method, one, '<Observation/>', { 'content-type': 'application/fhir+xml' })
    assert.deepEqual([answer.status, answer.code()], [415, 'media-type-unknown'], one)
  }
})

test('updates under conditions: versions listed, only where nothing is, only where something is', async () => {
  const id = await client.create(PATIENT)
  const put = (headers: Record<string, string>, at = id) => client.send('PUT', `/fhir/Patient/${at}`, { ...PATIENT, id: at }, headers)
  assert.equal((await put({ 'if-match': 'W/"1", "2"' })).status, 200)
  assert.equal((await put({ 'if-match': '*' })).headers.get('etag'), 'W/"3"')
  assert.equal((await put({ 'if-match': 'W/"1", W/"2"' })).code(), 'version-conflict')
  assert.equal((await put({ 'if-none-match': '*' })).status, 412)
  assert.equal((await put({ 'if-match': '*' }, 'chosen-1')).status, 412)
  assert.equal((await put({ 'if-none-match': '*' }, 'chosen-1')).status, 201)
  assert.equal((await put({ 'if-none-match': 'W/"1"' })).code(), 'if-match-unreadable')
})

test('DELETE answers the same for what is there, was there and never was, and each is written down', async () => {
  const id = await client.create(PATIENT)
  const remove = (at: string, headers = {}) => client.send('DELETE', `/fhir/Patient/${at}`, undefined, headers)
  assert.equal((await remove(id, { 'if-match': 'W/"9"' })).status, 412)
  assert.deepEqual([(await remove(id)).status, (await remove(id)).status, (await remove('never-there')).status], [204, 204, 204])
  const said = await remove(id, { prefer: 'return=OperationOutcome' })
  assert.deepEqual([said.status, said.code()], [200, 'removed'])
  assert.equal((await client.send('GET', `/fhir/Patient/${id}`)).status, 410)
  assert.equal((await client.send('GET', '/fhir/Patient/never-there')).status, 404)
  const lines = await t.site.store.sql(`select outcome from audit where action = 'delete' and id = any($1) order by seq`, [
    [id, 'never-there'],
  ])
  assert.deepEqual(
    lines.map((l) => l.outcome),
    ['ok', 'gone', 'not-found', 'gone'],
  )
})

test('lenient handling leaves out what is not known and says so; strict refuses it', async () => {
  const id = await client.create(PATIENT)
  const query = `/fhir/Patient?_id=${id}&colour=red&name:sounds=x&_count=1`
  assert.equal((await client.send('GET', query)).status, 400)
  const page = (await client.send('GET', query, undefined, { prefer: 'handling=lenient' })).json<{
    link: { url: string }[]
    entry: { search: { mode: string }; resource: { issue?: { expression: string[] }[] } }[]
  }>()
  assert.deepEqual(
    page.entry.map((e) => e.search.mode),
    ['match', 'outcome'],
  )
  assert.deepEqual(
    page.entry[1]?.resource.issue?.flatMap((i) => i.expression),
    ['colour', 'name:sounds'],
  )
  assert.match(page.link[0]?.url ?? '', /Patient\?_id=[^&]+&_count=1$/)
})

test('_summary and _elements on reads and searches keep the bytes of what they show', async () => {
  const text = `{"resourceType":"Observation","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">K</div>"},"status":"final","code":{"text":"Kali"},"valueQuantity":{"value":1.50,"unit":"mmol/L"},"note":[{"text":"x"}]}`
  const id = (await client.send('POST', '/fhir/Observation', text)).json<{ id: string }>().id
  for (const query of ['_elements=value', '_summary=true']) {
    const read = (await client.send('GET', `/fhir/Observation/${id}?${query}`)).text
    const page = (await client.send('GET', `/fhir/Observation?_id=${id}&${query}`)).text
    assert.ok(page.includes(read), query)
    assert.ok(read.includes('"valueQuantity":{"value":1.50,"unit":"mmol/L"}') && read.includes('SUBSETTED'), query)
    assert.ok(!read.includes('"note"'), query)
  }
})

test('property: generated resources are read back byte for byte; proof/roundtrip.slow.ts does it for every type', async () => {
  await storePool(client)
  await roundTrips(
    client,
    EVERY_TYPE.filter((_, n) => n % 9 === 0),
    1,
  )
})

test('Binary: bytes of any type go in and come out, and the resource where JSON is asked for', async () => {
  const sent = (method: string, path: string, body: string, type: string) => client.send(method, path, body, { 'content-type': type })
  const made = await sent('POST', '/fhir/Binary', 'Đơn thuốc <b>', 'text/plain; charset=utf-8')
  assert.equal(made.status, 201)
  const path = `/fhir/Binary/${made.json<{ id: string }>().id}`
  const raw = (at: string, headers = {}) => client.send('GET', at, undefined, { accept: '*/*', ...headers })
  const bytes = await raw(path)
  assert.deepEqual([bytes.text, bytes.headers.get('content-type')], ['Đơn thuốc <b>', 'text/plain; charset=utf-8'])
  assert.deepEqual([bytes.headers.get('etag'), bytes.headers.get('content-disposition')], ['W/"1"', 'attachment'])
  const resource = (await client.send('GET', path)).json<{ data: string }>()
  assert.equal(Buffer.from(resource.data, 'base64').toString(), 'Đơn thuốc <b>')
  assert.equal((await sent('PUT', path, '{"a":1.50}', 'application/octet-stream')).headers.get('etag'), 'W/"2"')
  assert.equal((await raw(path)).text, '{"a":1.50}')
  assert.equal((await raw(`${path}/_history/1`)).text, 'Đơn thuốc <b>')
  assert.equal((await client.send('GET', path, undefined, { 'if-none-match': 'W/"2"' })).status, 304)
})

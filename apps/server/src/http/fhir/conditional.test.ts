import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

const SYSTEM = 'https://example.org/so'
const device = (value: string, more = {}) => ({ resourceType: 'Device', identifier: [{ system: SYSTEM, value }], ...more })
const by = (value: string) => `identifier=${encodeURIComponent(`${SYSTEM}|${value}`)}`
const idOf = (text: string): string => (JSON.parse(text) as { id: string }).id
const count = async (value: string): Promise<number> =>
  (await client.send('GET', `/fhir/Device?${by(value)}&_summary=count`)).json<{ total: number }>().total

test('conditional create makes what is not there, gives what is, and refuses what is several', async () => {
  const create = (headers = {}) => client.send('POST', '/fhir/Device', device('c1'), { 'if-none-exist': by('c1'), ...headers })
  const made = await create()
  const found = await create()
  assert.deepEqual([made.status, found.status], [201, 200])
  assert.equal(found.text, made.text)
  assert.equal(found.headers.get('location'), made.headers.get('location'))
  assert.equal((await create({ prefer: 'return=OperationOutcome' })).code(), 'found-instead')
  await client.create(device('c1'))
  const several = await create()
  assert.deepEqual([several.status, several.code()], [412, 'multiple-matches'])
  assert.equal(await count('c1'), 2)
})

test('of many clients that create on one condition, one does', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => client.send('POST', '/fhir/Device', device('c2'), { 'if-none-exist': by('c2') })),
  )
  assert.deepEqual(answers.map((a) => a.status).toSorted(), [...Array(11).fill(200), 201])
  assert.equal(new Set(answers.map((a) => idOf(a.text))).size, 1)
})

test('conditional update: none makes, with the id it names; one is changed; another id and several are refused', async () => {
  const put = (value: string, body: object, headers = {}) => client.send('PUT', `/fhir/Device?${by(value)}`, body, headers)
  const made = await put('u1', device('u1'))
  assert.equal(made.status, 201)
  const changed = await put('u1', device('u1', { lotNumber: 'L2' }), { 'if-match': 'W/"1"' })
  assert.deepEqual([changed.status, idOf(changed.text), changed.headers.get('etag')], [200, idOf(made.text), 'W/"2"'])
  assert.equal((await put('u1', device('u1'), { 'if-match': 'W/"1"' })).code(), 'version-conflict')
  assert.equal((await put('u1', device('u1', { id: 'another' }))).code(), 'resource-mismatch')
  const named = await put('u2', device('u2', { id: 'chosen' }))
  assert.deepEqual([named.status, idOf(named.text)], [201, 'chosen'])
  // What the id leads to is not what the condition asked for: it is not written over.
  assert.equal((await put('u3', device('u3', { id: 'chosen' }))).status, 412)
  await client.create(device('u1'))
  assert.equal((await put('u1', device('u1'))).code(), 'multiple-matches')
})

test('conditional delete: one is deleted, none is as well as deleted; no condition is none', async () => {
  const remove = (query: string) => client.send('DELETE', `/fhir/Device?${query}`)
  const id = await client.create(device('d1'))
  assert.deepEqual([(await remove(by('d1'))).status, (await remove(by('d1'))).status], [204, 204])
  assert.equal((await client.send('GET', `/fhir/Device/${id}`)).status, 410)
  await client.create(device('d2'))
  await client.create(device('d2'))
  const seen = await client.send('DELETE', `/fhir/Device?${by('d2')}`, undefined, { 'if-match': 'W/"1"' })
  assert.deepEqual([seen.status, seen.code()], [412, 'multiple-matches'])
  for (const query of ['', '_format=json', '_count=1', `${by('d2')}&_sort=status`]) {
    const answer = await remove(query)
    assert.deepEqual([answer.status, answer.code()], [400, 'condition-unusable'], query)
  }
  assert.equal((await client.send('DELETE', '/fhir/Device')).code(), 'condition-unusable')
  assert.equal((await remove('colour=red')).status, 400)
  assert.equal(await count('d2'), 2)
})

test('conditional delete of several: all or nothing, up to 500, with their histories; links among them hold nobody back', async () => {
  const remove = (query: string, headers = {}) => client.send('DELETE', `/fhir/Device?${query}`, undefined, headers)
  const made = [await client.create(device('m1')), await client.create(device('m1'))]
  await client.create({ ...device('m1'), parent: { reference: `Device/${made[0]}` } } as { resourceType: string })
  const answer = await remove(by('m1'), { prefer: 'return=OperationOutcome' })
  assert.deepEqual([answer.status, answer.code()], [200, 'removed-several'])
  assert.match(answer.text, /3 Device/)
  assert.equal(await count('m1'), 0)
  for (const id of made) assert.equal((await client.send('GET', `/fhir/Device/${id}/_history/1`)).status, 200)
  // One that another holds keeps them all.
  const held = await client.create(device('m2'))
  await client.create(device('m2'))
  await client.create({
    resourceType: 'DeviceMetric',
    type: { text: 'x' },
    category: 'setting',
    source: { reference: `Device/${held}` },
  } as { resourceType: string })
  assert.equal((await remove(by('m2'))).code(), 'still-referenced')
  assert.equal(await count('m2'), 2)
  const entry = Array.from({ length: 501 }, () => ({ resource: device('m3'), request: { method: 'POST', url: 'Device' } }))
  await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })
  const wide = await remove(by('m3'))
  assert.deepEqual([wide.status, wide.code()], [412, 'conditional-delete-too-wide'])
  const one = (await client.send('GET', `/fhir/Device?${by('m3')}&_count=1`)).json<{ entry: { resource: { id: string } }[] }>().entry[0]
  await client.send('DELETE', `/fhir/Device/${one?.resource.id}`)
  const request = { method: 'DELETE', url: `Device?${by('m3')}` }
  const batch = await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: [{ request }] })
  assert.match(batch.text, /204 No Content/)
  assert.equal(await count('m3'), 0)
})

const PATCH = { 'content-type': 'application/json-patch+json' }

test('a condition keeps the versions asked for beside it', async () => {
  const at = (value: string) => `/fhir/Device?${by(value)}`
  await client.create(device('v1'))
  const answers = [
    await client.send('PUT', at('v1'), device('v1'), { 'if-none-match': '*' }),
    await client.send('PUT', at('v2'), device('v2'), { 'if-match': 'W/"1"' }),
    await client.send('DELETE', at('v2'), undefined, { 'if-match': 'W/"1"' }),
  ]
  for (const answer of answers) assert.deepEqual([answer.status, answer.code()], [412, 'version-conflict'])
  assert.equal(await count('v2'), 0)
})

test('PATCH changes what its steps name and no other byte, by id and by condition, under the version it saw', async () => {
  const text = `{"resourceType":"Observation","identifier":[{"system":"${SYSTEM}","value":"p1"}],  "status":"preliminary","code":{"text":"Kali"},"valueQuantity":{"value":1.50,"unit":"mmol/L"}}`
  const id = idOf((await client.send('POST', '/fhir/Observation', text)).text)
  const patch = (steps: object[], at = `/${id}`, headers = {}) =>
    client.send('PATCH', `/fhir/Observation${at}`, steps, { ...PATCH, ...headers })
  const final = [{ op: 'replace', path: '/status', value: 'final' }]
  const done = await patch(final, undefined, { 'if-match': 'W/"1"' })
  assert.equal(done.status, 200)
  assert.ok(done.text.includes(',  "status":"final","code":{"text":"Kali"},"valueQuantity":{"value":1.50,"unit":"mmol/L"}}'))
  assert.equal((await client.send('GET', `/fhir/Observation/${id}`)).text, done.text)
  assert.equal((await patch(final, undefined, { 'if-match': 'W/"1"' })).code(), 'version-conflict')
  const moved = await patch([{ op: 'copy', from: '/valueQuantity', path: '/component', value: 1 }], `?${by('p1')}`)
  assert.equal(moved.status, 422)
  assert.equal((await patch([{ op: 'add', path: '/issued', value: '2026-11-20T08:00:00+07:00' }], `?${by('p1')}`)).status, 200)
  const refused: [object[], number][] = [
    [[{ op: 'test', path: '/status', value: 'preliminary' }], 422],
    [[{ op: 'remove', path: '/nothing' }], 422],
    [[{ op: 'replace', path: '/id', value: 'other' }], 422],
    [[{ op: 'replace', path: '/status', value: 'nonsense' }], 422],
    [[{ op: 'grow', path: '/status' }], 400],
  ]
  for (const [steps, status] of refused) assert.equal((await patch(steps)).status, status, JSON.stringify(steps))
  assert.equal((await client.send('GET', `/fhir/Observation/${id}`)).headers.get('etag'), 'W/"3"')
  assert.equal((await patch(final, '/nobody')).status, 404)
  assert.equal((await patch(final, `?${by('nobody')}`)).status, 404)
  assert.equal((await patch(final, undefined, { 'content-type': 'application/fhir+json' })).code(), 'media-type-unknown')
})

test('a reference by condition outside a transaction is refused by name', async () => {
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, device: { reference: `Device?${by('c1')}` } }
  const answer = await client.send('POST', '/fhir/Observation', observation)
  assert.deepEqual([answer.status, answer.code()], [422, 'conditional-reference'])
})

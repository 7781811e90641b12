/** `$document`, `$lastn` and `$meta` with its two changes, over HTTP. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirClient, fhirClient } from '../../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'

let t: TestSite
let client: FhirClient

const to = (reference: string) => ({ reference })
const put = async (resource: { resourceType: string; id: string }) => {
  const answer = await client.send('PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource)
  assert.ok(answer.status === 200 || answer.status === 201, answer.text)
}
const vital = (id: string, code: string, at: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'urn:v', code }] },
  category: [{ coding: [{ code: 'vital-signs' }] }],
  subject: to('Patient/p'),
  effectiveDateTime: at,
  ...more,
})

before(async () => {
  t = await testSite()
  client = await fhirClient(t)
  for (const one of [
    { resourceType: 'Organization', id: 'hospital', name: 'Bệnh viện' },
    { resourceType: 'Practitioner', id: 'doctor' },
    { resourceType: 'Patient', id: 'other' },
    { resourceType: 'Patient', id: 'p', managingOrganization: to('Organization/hospital') },
    vital('w1', 'weight', '2026-01-01'),
    vital('w2', 'weight', '2026-02-01T08:00:00+07:00', { performer: [to('Practitioner/doctor')] }),
    vital('w3', 'weight', '2026-02-01T01:00:00Z'),
    vital('w4', 'weight', '2026-03-01', { subject: to('Patient/other') }),
    vital('h1', 'height', '2026-01-05'),
    vital('h2', 'length', '2026-01-06', {
      code: {
        coding: [
          { system: 'urn:v', code: 'length' },
          { system: 'urn:v', code: 'height' },
        ],
      },
    }),
    vital('t1', 'temperature', '2026-01-05', { category: [{ coding: [{ code: 'exam' }] }] }),
    {
      resourceType: 'Composition',
      id: 'letter',
      status: 'final',
      type: { text: 'Giấy ra viện' },
      subject: to('Patient/p'),
      date: '2026-02-02',
      author: [to('Practitioner/doctor')],
      title: 'Giấy ra viện',
      section: [
        {
          title: 'Cân nặng',
          text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">62,0 kg</div>' },
          entry: [to('Observation/w2')],
        },
      ],
    },
  ])
    await put(one)
})
after(() => t.close())

interface Bundle {
  id?: string
  type: string
  timestamp?: string
  identifier?: { system: string; value: string }
  total?: number
  entry?: { fullUrl: string; resource: { resourceType: string; id: string } }[]
}

const names = (bundle: Bundle) => (bundle.entry ?? []).map((e) => `${e.resource.resourceType}/${e.resource.id}`)
const get = async (path: string): Promise<Bundle> => {
  const answer = await client.send('GET', `/fhir/${path}`)
  assert.equal(answer.status, 200, answer.text)
  return answer.json<Bundle>()
}
const refused = async (method: string, path: string, body?: unknown) => {
  const answer = await client.send(method, `/fhir/${path}`, body)
  return [answer.status, answer.code()]
}

test('$document: the Composition first, with all it refers to, as stored', async () => {
  const text = (await client.send('GET', '/fhir/Composition/letter/$document')).text
  const bundle = JSON.parse(text) as Bundle
  assert.equal(bundle.type, 'document')
  assert.equal(bundle.identifier?.system, 'urn:ietf:rfc:3986')
  const [first, ...rest] = names(bundle)
  assert.equal(first, 'Composition/letter')
  assert.deepEqual(rest.sort(), ['Observation/w2', 'Organization/hospital', 'Patient/p', 'Practitioner/doctor'])
  assert.equal(bundle.entry?.[0]?.fullUrl, `${t.url}/fhir/Composition/letter`)
  assert.ok(text.includes((await client.send('GET', '/fhir/Observation/w2')).text), 'byte for byte')
  const judged = await client.send('POST', '/fhir/Bundle/$validate', text)
  assert.doesNotMatch(judged.text, /"severity":"error"/)
  assert.deepEqual(await refused('GET', 'Composition/none/$document'), [404, 'not-found'])
})

test('$document is kept where asked for, by POST only', async () => {
  const asked = { resourceType: 'Parameters', parameter: [{ name: 'persist', valueBoolean: true }] }
  const kept = (await client.send('POST', '/fhir/Composition/letter/$document', asked)).json<Bundle>()
  assert.ok(kept.id)
  assert.deepEqual(names(await get(`Bundle/${kept.id}`)), names(kept))
  assert.deepEqual(await refused('GET', 'Composition/letter/$document?persist=true'), [400, 'operation-parameter-wrong'])
  const unkept = (await client.send('POST', '/fhir/Composition/letter/$document', { resourceType: 'Parameters' })).json<Bundle>()
  assert.equal(unkept.id, undefined)
})

test('$lastn: the newest of each code, with ties; codes that share a coding are one', async () => {
  const of = async (query: string) => names(await get(`Observation/$lastn?${query}`)).sort()
  assert.deepEqual(await of('patient=p&category=vital-signs'), ['Observation/h2', 'Observation/w2', 'Observation/w3'])
  assert.deepEqual(await of('patient=p&category=vital-signs&max=2'), [
    'Observation/h1',
    'Observation/h2',
    'Observation/w2',
    'Observation/w3',
  ])
  assert.deepEqual(await of('subject=Patient/p&code=weight&max=3'), ['Observation/w1', 'Observation/w2', 'Observation/w3'])
  assert.deepEqual(await of('patient=p'), ['Observation/h2', 'Observation/t1', 'Observation/w2', 'Observation/w3'])
  assert.deepEqual(await of('patient=nobody'), [])
  assert.deepEqual(await refused('GET', 'Observation/$lastn?category=vital-signs'), [400, 'lastn-needs-patient'])
  assert.deepEqual(await refused('GET', 'Observation/$lastn?patient=p&max=0'), [400, 'operation-parameter-wrong'])
  assert.deepEqual(await refused('GET', 'Observation/$lastn?patient=p&colour=red'), [400, 'search-unknown-parameter'])
})

interface Meta {
  parameter: [{ name: string; valueMeta: { versionId?: string; tag?: object[]; profile?: string[]; security?: object[] } }]
}

const metaBody = (valueMeta: object) => ({ resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta }] })
const meta = async (method: string, path: string, body?: unknown) => {
  const answer = await client.send(method, `/fhir/${path}`, body)
  assert.equal(answer.status, 200, answer.text)
  return answer.json<Meta>().parameter[0].valueMeta
}

test('$meta-add and $meta-delete change the sets of one resource, each as a version; the other bytes stay', async () => {
  const text = '{"resourceType":"Basic","id":"m","code":{"text":"x"},  "extension":[{"url":"urn:n","valueDecimal":1.50}]}'
  await client.send('PUT', '/fhir/Basic/m', text)
  const red = { system: 'urn:colour', code: 'red' }
  const added = await meta('POST', 'Basic/m/$meta-add', metaBody({ tag: [red], profile: ['https://example.org/p'] }))
  assert.deepEqual([added.versionId, added.tag, added.profile], ['2', [red], ['https://example.org/p']])
  assert.equal((await meta('POST', 'Basic/m/$meta-add', metaBody({ tag: [red] }))).versionId, '2', 'what is there is not added again')
  assert.match((await client.send('GET', '/fhir/Basic/m')).text, /1\.50/)
  assert.deepEqual((await meta('GET', 'Basic/m/$meta')).tag, [red])
  const left = await meta('POST', 'Basic/m/$meta-delete', metaBody({ tag: [{ ...red, display: 'đỏ' }] }))
  assert.deepEqual([left.versionId, left.tag, left.profile], ['3', undefined, ['https://example.org/p']])
  assert.equal((await meta('POST', 'Basic/m/$meta-delete', metaBody({ tag: [red] }))).versionId, '3')
  assert.deepEqual(await refused('POST', 'Basic/nobody/$meta-add', metaBody({ tag: [red] })), [404, 'not-found'])
  assert.deepEqual(await refused('POST', 'Basic/m/$meta-add', metaBody({ tag: 'red' })), [400, 'operation-parameter-wrong'])
  assert.deepEqual(await refused('POST', 'Basic/m/$meta-add', { resourceType: 'Parameters' }), [400, 'operation-parameter-wrong'])
  const stale = await client.send('POST', '/fhir/Basic/m/$meta-add', metaBody({ tag: [red] }), { 'if-match': 'W/"1"' })
  assert.equal(stale.code(), 'version-conflict')
})

test('$meta-add of many clients at once loses none', async () => {
  await client.send('PUT', '/fhir/Basic/busy', { resourceType: 'Basic', id: 'busy', code: { text: 'x' } })
  await Promise.all(Array.from({ length: 8 }, (_, i) => meta('POST', 'Basic/busy/$meta-add', metaBody({ tag: [{ code: `t${i}` }] }))))
  assert.equal((await meta('GET', 'Basic/busy/$meta')).tag?.length, 8)
})

test('$meta of a type and of everything: what is in use', async () => {
  await client.send('PUT', '/fhir/Flag/f', {
    resourceType: 'Flag',
    id: 'f',
    meta: { tag: [{ system: 'urn:colour', code: 'blue' }] },
    status: 'active',
    code: { text: 'x' },
    subject: to('Patient/p'),
  })
  assert.deepEqual((await meta('GET', 'Flag/$meta')).tag, [{ system: 'urn:colour', code: 'blue' }])
  const whole = await meta('GET', '$meta')
  assert.ok(whole.profile?.includes('https://example.org/p') && JSON.stringify(whole.tag).includes('blue'))
  assert.equal(whole.versionId, undefined)
})

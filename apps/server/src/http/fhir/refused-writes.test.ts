/** Writes that would lose something or lead nowhere are refused by name, in every way to write. */
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

const PATCH = { 'content-type': 'application/json-patch+json' }
const TAG = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }
const URN = 'urn:uuid:2f6c3c5e-7a54-4a0e-8a3c-4e9f00000001'

interface Issues {
  issue: { details: { coding: { code: string }[] }; expression?: string[] }[]
}
interface Entries {
  entry: { resource?: { meta: { versionId: string } }; request?: { method: string }; response: { status: string; outcome?: Issues } }[]
}

const issues = ({ issue }: Issues) => issue.map((i) => [i.details.coding[0]?.code, i.expression?.[0]])

/** What a write of the resource is answered, in each way to write it: plain, in a batch and in a transaction. */
async function everyWay(resource: { resourceType: string; id: string }) {
  const url = `${resource.resourceType}/${resource.id}`
  const bundle = (type: string) => ({ resourceType: 'Bundle', type, entry: [{ resource, request: { method: 'PUT', url } }] })
  const plain = await client.send('PUT', `/fhir/${url}`, resource)
  const batch = await client.send('POST', '/fhir', bundle('batch'))
  const transaction = await client.send('POST', '/fhir', bundle('transaction'))
  const [first] = batch.json<Entries>().entry
  return {
    plain: [plain.status, ...(plain.status < 300 ? [] : issues(plain.json<Issues>()))],
    batch: [first?.response.status, ...(first?.response.outcome ? issues(first.response.outcome) : [])],
    transaction: [transaction.status, ...(transaction.status < 300 ? [] : issues(transaction.json<Issues>()))],
  }
}

test('a part of a resource never overwrites the whole', async () => {
  const whole = { resourceType: 'Patient', id: 'whole', name: [{ text: 'Trần Thị Nguyên' }], gender: 'female', birthDate: '1960-01-02' }
  assert.equal((await client.send('PUT', '/fhir/Patient/whole', whole)).status, 201)
  const part = (await client.send('GET', '/fhir/Patient/whole?_elements=name')).json<{ resourceType: string; id: string }>()
  assert.equal('birthDate' in part, false)
  const inBundle = ['subsetted-write', 'Bundle.entry[0].resource.meta.tag']
  assert.deepEqual(await everyWay(part), {
    plain: [422, ['subsetted-write', 'Patient.meta.tag']],
    batch: ['422 Unprocessable Entity', inBundle],
    transaction: [422, inBundle],
  })
  const { id: _, ...free } = part
  assert.equal((await client.send('POST', '/fhir/Patient', free)).code(), 'subsetted-write')
  const marked = await client.send('PATCH', '/fhir/Patient/whole', [{ op: 'add', path: '/meta/tag', value: [TAG] }], PATCH)
  assert.deepEqual([marked.status, marked.code()], [422, 'subsetted-write'])
  const tried = await client.send('POST', '/fhir/Patient/whole/$validate?mode=update', part)
  assert.ok(issues(tried.json<Issues>()).some(([code]) => code === 'subsetted-write'))
  const now = await client.send('GET', '/fhir/Patient/whole')
  assert.deepEqual([now.headers.get('etag'), now.json().birthDate], ['W/"1"', '1960-01-02'])
  // The same code of another system, or of a Bundle's entry that is kept as it is, says nothing about what is written.
  const other = { ...whole, meta: { tag: [{ ...TAG, system: 'https://example.org/tags' }] } }
  assert.equal((await client.send('PUT', '/fhir/Patient/whole', other)).status, 200)
  const page = (await client.send('GET', '/fhir/Patient?_id=whole&_elements=name')).json<{ resourceType: string }>()
  assert.equal((await client.send('POST', '/fhir/Bundle', page)).status, 201)
})

test('the history of one resource says how its first version came', async () => {
  const methods = async (path: string) =>
    (await client.send('GET', `/fhir/${path}/_history`)).json<Entries>().entry.map((e) => e.request?.method)
  await client.send('PUT', '/fhir/Basic/by-put', { resourceType: 'Basic', id: 'by-put', code: { text: 'x' } })
  const posted = await client.create({ resourceType: 'Basic' as const, code: { text: 'x' } } as { resourceType: string })
  assert.deepEqual(await methods('Basic/by-put'), ['PUT'])
  assert.deepEqual(await methods(`Basic/${posted}`), ['POST'])
  await client.send('DELETE', '/fhir/Basic/by-put')
  await client.send('PUT', '/fhir/Basic/by-put', { resourceType: 'Basic', id: 'by-put', code: { text: 'y' } })
  assert.deepEqual(await methods('Basic/by-put'), ['PUT', 'DELETE', 'PUT'])
  const list = (await client.send('GET', '/fhir/Basic/by-put/_history')).json<Entries>().entry
  assert.deepEqual(
    list.map((e) => e.response.status.slice(0, 3)),
    ['200', '204', '201'],
  )
})

test('a reference by a name that only a bundle could explain is refused wherever it leads nowhere', async () => {
  for (const [i, reference] of [URN, 'urn:oid:1.2.3.4', `${URN}#part`].entries()) {
    const condition = { resourceType: 'Condition', id: `urn${i}`, subject: { display: 'x' }, evidence: [{ detail: [{ reference }] }] }
    const inBundle = ['reference-unexplained', 'Bundle.entry[0].resource.evidence[0].detail[0]']
    assert.deepEqual(
      await everyWay(condition),
      {
        plain: [422, ['reference-unexplained', 'Condition.evidence[0].detail[0]']],
        batch: ['422 Unprocessable Entity', inBundle],
        transaction: [422, inBundle],
      },
      reference,
    )
    assert.equal((await client.send('GET', `/fhir/Condition/urn${i}`)).status, 404)
  }
  const inside = {
    resourceType: 'Condition',
    id: 'inside',
    contained: [{ resourceType: 'Patient', id: 'p', managingOrganization: { reference: URN } }],
    subject: { reference: '#p' },
  }
  assert.equal((await client.send('PUT', '/fhir/Condition/inside', inside)).code(), 'reference-unexplained')
})

test('what a urn may stand for stays: identifiers, addresses of no reference, a Bundle that explains itself', async () => {
  const named = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    identifier: [{ system: 'urn:ietf:rfc:3986', value: URN }],
    subject: { type: 'Patient', identifier: { system: 'urn:ietf:rfc:3986', value: URN } },
    extension: [{ url: 'https://example.org/e', valueUri: URN }],
  }
  assert.equal((await client.send('POST', '/fhir/Observation', named)).status, 201)
  const addresses = [
    { resourceType: 'DetectedIssue', status: 'final', reference: URN },
    {
      resourceType: 'Immunization',
      status: 'completed',
      vaccineCode: { text: 'x' },
      patient: { display: 'x' },
      occurrenceString: 'x',
      education: [{ reference: 'Patient/is-no-reference' }],
    },
    {
      resourceType: 'PlanDefinition',
      status: 'active',
      action: [{ condition: [{ kind: 'start', expression: { language: 'text/cql', reference: URN } }] }],
    },
  ]
  for (const one of addresses) assert.equal((await client.send('POST', `/fhir/${one.resourceType}`, one)).status, 201, one.resourceType)
  const kept = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      { fullUrl: URN, resource: { resourceType: 'Patient', active: true } },
      { fullUrl: URN.replace(/1$/, '2'), resource: { ...named, subject: { reference: URN } } },
    ],
  }
  assert.equal((await client.send('POST', '/fhir/Bundle', kept)).status, 201)
})

test('in a batch entries know nothing of one another', async () => {
  const entry = [
    { fullUrl: URN, resource: { resourceType: 'Patient', active: true }, request: { method: 'POST', url: 'Patient' } },
    {
      resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: URN } },
      request: { method: 'POST', url: 'Observation' },
    },
  ]
  const answered = (await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry })).json<Entries>().entry
  assert.deepEqual(
    answered.map((e) => [e.response.status.slice(0, 3), ...(e.response.outcome ? issues(e.response.outcome) : [])]),
    [['201'], ['422', ['reference-unexplained', 'Bundle.entry[1].resource.subject']]],
  )
})

test('a link to a version is held against the versions there are when all is written', async () => {
  const target = { resourceType: 'Device', id: 'v', status: 'active' }
  const at = (version: string, id: string) => ({
    resourceType: 'Basic',
    id,
    code: { text: 'x' },
    subject: { reference: `Device/v/_history/${version}` },
  })
  const put = (resource: { resourceType: string; id: string }) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  })
  const bundle = (...resources: { resourceType: string; id: string }[]) =>
    client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: resources.map(put) })
  const ahead = await bundle(target, at('2', 'b1'))
  assert.deepEqual([ahead.status, issues(ahead.json<Issues>())], [422, [['reference-not-found', 'Bundle.entry[1].resource.subject']]])
  assert.equal((await client.send('GET', '/fhir/Device/v')).status, 404)
  assert.equal((await bundle(target, at('1', 'b1'))).status, 200)
  assert.equal((await bundle({ ...target, status: 'inactive' } as typeof target, at('2', 'b2'), at('1', 'b3'))).status, 200)
  for (const version of ['3', '0', 'x', '99999999999999999999']) {
    const answer = await client.send('PUT', '/fhir/Basic/b4', at(version, 'b4'))
    assert.deepEqual([answer.status, answer.code()], [422, 'reference-not-found'], version)
  }
  const urn = { fullUrl: URN, resource: { resourceType: 'Device', status: 'active' }, request: { method: 'POST', url: 'Device' } }
  const linked = (version: number) => ({ ...at('1', 'b5'), subject: { reference: `${URN}/_history/${version}` } })
  const send = (version: number) =>
    client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry: [urn, put(linked(version))] })
  assert.equal((await send(7)).code(), 'reference-not-found')
  assert.equal((await send(1)).status, 200)
  assert.match((await client.send('GET', '/fhir/Basic/b5')).text, /"Device\/[0-9a-f-]{36}\/_history\/1"/)
})

test('ids that an address takes for a folder are none, and whole numbers are written in digits', async () => {
  for (const id of ['.', '..']) {
    const answer = await client.send('POST', '/fhir', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: { resourceType: 'Patient', id, active: true }, request: { method: 'PUT', url: `Patient/${id}` } }],
    })
    assert.deepEqual([answer.status, answer.code()], [400, 'id-mismatch'], id)
  }
  assert.equal((await client.send('PUT', '/fhir/Patient/...', { resourceType: 'Patient', id: '...', active: true })).status, 201)
  const twin = (n: string, id: string) => `{"resourceType":"Patient","id":"${id}","multipleBirthInteger":${n}}`
  const plain = await client.send('PUT', '/fhir/Patient/twin', twin('1.0', 'twin'))
  assert.deepEqual(issues(plain.json<Issues>()), [['fhir-primitive', 'Patient.multipleBirthInteger']])
  // A link that is replaced makes a new text of the entry; its numbers are the same.
  const linked = twin('1e0', 'twin').replace('}', `,"managingOrganization":{"reference":"${URN}"}}`)
  const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[
    {"fullUrl":"${URN}","resource":{"resourceType":"Organization","name":"x"},"request":{"method":"POST","url":"Organization"}},
    {"resource":${linked},"request":{"method":"PUT","url":"Patient/twin"}}]}`
  const answer = await client.send('POST', '/fhir', bundle)
  assert.deepEqual(issues(answer.json<Issues>()), [['fhir-primitive', 'Bundle.entry[1].resource.multipleBirthInteger']])
  assert.equal((await client.send('GET', '/fhir/Patient/twin')).status, 404)
})

test('$lookup of a CodeSystem without a name answers no empty string', async () => {
  const url = 'https://example.org/fhir/CodeSystem/nameless'
  const system = { resourceType: 'CodeSystem', url, status: 'active', content: 'complete', concept: [{ code: 'a' }] }
  await client.create(system)
  const answer = await client.send('GET', `/fhir/CodeSystem/$lookup?system=${url}&code=a`)
  const { parameter } = answer.json<{ parameter: { name: string; valueString?: string; part?: { valueString?: string }[] }[] }>()
  assert.deepEqual(
    parameter.slice(0, 2).map((p) => [p.name, p.valueString]),
    [
      ['name', url],
      ['display', 'a'],
    ],
  )
  assert.equal(answer.text.includes('""'), false)
})

/** A hostile client at a bare site: a named outcome for everything, nothing written, nobody held up. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirAnswer, type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { HOSTILE_STRINGS } from './hostile-strings.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
  await client.send('PUT', '/fhir/Patient/p', { resourceType: 'Patient', id: 'p', name: [{ text: 'Lê Văn Bền' }] })
})
after(() => t.close())

const rows = async (): Promise<number> => Number((await t.site.store.sql<{ n: string }>('select count(*) as n from res'))[0]?.n)

/** Well answered, or refused by a name. */
function isNamed(answer: FhirAnswer): boolean {
  if (answer.status < 300) return true
  return answer.status < 500 ? /^[a-z][a-z0-9-]+$/.test(answer.code() ?? '') : answer.code() === 'not-supported-yet'
}

const ASKED = [
  'Patient?name=',
  'Patient?name:exact=',
  'Patient?name:contains=',
  'Patient?identifier=',
  'Patient?identifier:of-type=',
  'Patient?birthdate=',
  'Patient?organization=',
  'Patient?organization:identifier=',
  'Patient?general-practitioner:Practitioner.name=',
  'Patient?_has:Observation:subject:code=',
  'Patient?_id=',
  'Patient?_lastUpdated=',
  'Patient?_sort=',
  'Patient?_include=',
  'Patient?_cursor=',
  'Patient?_count=',
  'Patient?_elements=',
  'Observation?value-quantity=',
  'Observation?code:text=',
  'Observation?code-value-quantity=',
  'RiskAssessment?probability=',
  'ValueSet?url:below=',
  'Composition?_text=',
  'Patient/_history?_since=',
  'Patient/_history?_cursor=',
  'CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=',
]

/** Asks each kind of question with each text; the name of a parameter and of an operation may be hostile as well. */
async function askHostile(texts: readonly string[]): Promise<void> {
  const before = await rows()
  const questions = ASKED.flatMap((asked) => texts.map((text) => `${asked}${encodeURIComponent(text)}`))
  const short = texts.filter((text) => text.length < 200).map(encodeURIComponent)
  questions.push(
    ...short.flatMap((text) => [`Patient?${text}=1`, `Patient?name:${text}=1`, `Patient?_has:${text}=1`, `Patient/p/$${text}`]),
  )
  const failed: string[] = []
  const next = questions.values()
  const worker = async (): Promise<void> => {
    for (const question of next) {
      const answer = await client.send('GET', `/fhir/${question}`)
      if (!isNamed(answer)) failed.push(`${question.slice(0, 120)} ${answer.status} ${answer.text.slice(0, 120)}`)
    }
  }
  const began = performance.now()
  await Promise.all([worker(), worker(), worker(), worker()])
  assert.deepEqual(failed, [])
  // A sleep of nine seconds that got into one statement would stand out of some thousand questions.
  const each = (performance.now() - began) / questions.length
  assert.ok(each < 200, `${each} ms each`)
  assert.equal(await rows(), before)
}

test('hostile texts in every kind of question are answered or refused by name, soon, and change nothing', () =>
  askHostile(HOSTILE_STRINGS.filter((_, n) => n % 8 === 2)))

test('slow: all hostile texts in every kind of question', () => askHostile(HOSTILE_STRINGS))

const P = '"resourceType":"Patient"'
const BODIES: [body: string, status: number, code: string][] = [
  ['', 400, 'body-missing'],
  ['   ', 400, 'body-missing'],
  ['{', 400, 'json-syntax'],
  ['nope', 400, 'json-syntax'],
  ['[]', 400, 'json-not-object'],
  ['null', 400, 'json-not-object'],
  ['{}', 400, 'body-unreadable'],
  [`{${P},"active":true,}`, 400, 'json-syntax'],
  [`{${P},"active":true}}`, 400, 'json-syntax'],
  [`{${P},"active":True}`, 400, 'json-syntax'],
  [`{${P},"active":true,"active":false}`, 400, 'json-duplicate-key'],
  [`{${P},"resourceType":"Group"}`, 400, 'json-duplicate-key'],
  [`{${P},"__proto__":{"active":true}}`, 400, 'json-forbidden-key'],
  [`{${P},"name":[{"text":"a\\u0000b"}]}`, 400, 'json-forbidden-character'],
  [`{${P},"name":[{"text":"\\ud800"}]}`, 400, 'json-forbidden-character'],
  [`{${P},"extension":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400, 'json-too-deep'],
  [`{${P},"x":[${'1,'.repeat(600_000)}1]}`, 413, 'json-too-many-values'],
  ['{"resourceType":"Nope"}', 400, 'resource-mismatch'],
  ['{"resourceType":["Patient"]}', 400, 'body-unreadable'],
  [`{${P},"id":{"a":1}}`, 422, 'fhir-primitive'],
  [`{${P},"meta":[]}`, 422, 'fhir-structure'],
  [`{${P},"constructor":1}`, 422, 'fhir-unknown-element'],
  [`{${P},"multipleBirthInteger":1e400}`, 422, 'fhir-primitive'],
  [`{${P},"multipleBirthInteger":${'9'.repeat(4000)}}`, 422, 'fhir-primitive'],
  ...['2026-02-30', '2026-13-01', '0000-01-01', '20260101', '2026-1-1', '', 'x'.repeat(100_000)].map((date): [string, number, string] => [
    `{${P},"birthDate":"${date}"}`,
    422,
    date === '' ? 'fhir-empty' : 'fhir-primitive',
  ]),
  [`{${P},"name":[{"text":"${'a'.repeat(1_100_000)}"}]}`, 422, 'fhir-primitive'],
  [`{${P},"contained":[{"resourceType":"Patient","id":"a","contained":[{${P},"id":"b"}]}]}`, 422, 'fhir-invariant'],
]

test('bodies that are broken, doubled, deep or huge are refused by name, and nothing is written', async () => {
  const before = await rows()
  for (const [body, status, code] of BODIES) {
    const answer = await client.send('POST', '/fhir/Patient', body)
    assert.deepEqual([answer.status, answer.code()], [status, code], body.slice(0, 80))
  }
  for (const [body] of BODIES) {
    const entry = `{"resource":${body.trim() === '' ? '""' : body},"request":{"method":"POST","url":"Patient"}}`
    const answer = await client.send('POST', '/fhir', `{"resourceType":"Bundle","type":"transaction","entry":[${entry}]}`)
    assert.ok(answer.status >= 400 && isNamed(answer), `${answer.status} ${body.slice(0, 80)}`)
  }
  assert.equal(await rows(), before)
})

test('numbers no machine holds stay as they were written, or are refused', async () => {
  const value = (n: string) =>
    `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":${n},"unit":"x"}}`
  for (const n of ['1e308', '1.7976931348623157e308', '1e-400', `0.${'1'.repeat(2000)}`, '9'.repeat(300), '-0.0']) {
    const answer = await client.send('POST', '/fhir/Observation', value(n))
    assert.ok(answer.status === 201 && answer.text.includes(`"value":${n},`), `${answer.status} ${n.slice(0, 40)}`)
  }
  for (const n of ['1e309', '-1e999', '9'.repeat(400)]) {
    assert.equal((await client.send('POST', '/fhir/Observation', value(n))).code(), 'fhir-primitive', n.slice(0, 40))
  }
})

test('50 MB are refused before they are read; a bundle of what no entry may be answers each', async () => {
  const large = await client.send('POST', '/fhir', `{"resourceType":"Bundle","type":"transaction","x":"${'a'.repeat(50 * 1024 * 1024)}"}`)
  assert.deepEqual([large.status, large.code()], [413, 'body-too-large'])
  const many = { resourceType: 'Bundle', type: 'batch', entry: Array.from({ length: 5001 }, () => ({})) }
  assert.equal((await client.send('POST', '/fhir', many)).code(), 'bundle-too-long')
  const nested = { resourceType: 'Bundle', type: 'transaction', entry: [] }
  const request = (method: unknown, url: unknown, resource?: unknown) => ({ resource, request: { method, url } })
  const entries: unknown[] = [
    null,
    1,
    [],
    {},
    { request: null },
    request('POST', 'Nope', { resourceType: 'Nope' }),
    request('POST', 'Patient'),
    request('POST', 'Patient', nested),
    request('POST', '', nested),
    request('PUT', 'Patient/../x', { resourceType: 'Patient', id: 'x' }),
    request('PUT', 'http://other.example/fhir/Patient/1', { resourceType: 'Patient', id: '1' }),
    request('GET', '../healthz'),
    request('GET', 'Patient/p/$everything'),
    request('GET', `Patient?name=${"'".repeat(2000)}`),
    request('CONNECT', 'Patient'),
    request(['POST'], { a: 1 }),
    request('PATCH', 'Patient/p', { resourceType: 'Binary', contentType: 'application/json-patch+json', data: 'eyJ' }),
    request('DELETE', 'Patient'),
    request('DELETE', 'Patient?'),
  ]
  const answer = await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry: entries })
  assert.equal(answer.status, 200, answer.text.slice(0, 300))
  const statuses = answer.json<{ entry: { response: { status: string } }[] }>().entry.map((e) => Number(e.response.status.slice(0, 3)))
  assert.equal(statuses.length, entries.length)
  for (const [i, status] of statuses.entries()) assert.ok(status === 200 || (status >= 400 && status < 500), `${i}: ${status}`)
})

test('cycles: resources that refer to each other and to themselves are written, read and searched', async () => {
  const urn = (n: number) => `urn:uuid:2f6c3c5e-7a54-4a0e-8a3c-4e9f0000000${n}`
  const linked = (n: number, to: number) => ({
    fullUrl: urn(n),
    resource: { resourceType: 'Organization', name: `Vòng ${n}`, partOf: { reference: urn(to) } },
    request: { method: 'POST', url: 'Organization' },
  })
  const answer = await client.send('POST', '/fhir', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [linked(1, 2), linked(2, 1), linked(3, 3)],
  })
  assert.equal(answer.status, 200, answer.text)
  for (const query of [
    'Organization?partof:Organization.partof:Organization.name=vong',
    'Organization?name=vong&_include:iterate=Organization:partof&_revinclude:iterate=Organization:partof',
  ]) {
    const found = await client.send('GET', `/fhir/${query}`)
    assert.deepEqual([found.status, found.json<{ total: number }>().total], [200, 3], query)
  }
})

test('races: one creates where many do, opposite orders end, and what is referred to is not lost', async () => {
  const put = (id: string, headers = {}) =>
    client.send('PUT', `/fhir/Device/${id}`, { resourceType: 'Device', id, status: 'active' }, headers)
  const first = await Promise.all(Array.from({ length: 10 }, () => put('one', { 'if-none-match': '*' })))
  assert.deepEqual(first.map((a) => a.status).toSorted(), [201, ...Array(9).fill(412)])
  const seen = await Promise.all(Array.from({ length: 10 }, () => put('one', { 'if-match': 'W/"1"' })))
  assert.deepEqual(seen.map((a) => a.status).toSorted(), [200, ...Array(9).fill(412)])
  await put('two')
  const both = (ids: string[]) =>
    client.send('POST', '/fhir', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: ids.map((id) => ({
        resource: { resourceType: 'Device', id, status: 'active' },
        request: { method: 'PUT', url: `Device/${id}` },
      })),
    })
  const opposite = await Promise.all(Array.from({ length: 12 }, (_, i) => both(i % 2 === 0 ? ['one', 'two'] : ['two', 'one'])))
  assert.deepEqual(new Set(opposite.map((a) => a.status)), new Set([200]))
  assert.deepEqual(
    [
      (await client.send('GET', '/fhir/Device/one')).headers.get('etag'),
      (await client.send('GET', '/fhir/Device/two')).headers.get('etag'),
    ],
    ['W/"14"', 'W/"13"'],
  )
  for (let round = 0; round < 8; round++) {
    await put(`r${round}`)
    const [made, gone] = await Promise.all([
      client.send('POST', '/fhir/Basic', { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: `Device/r${round}` } }),
      client.send('DELETE', `/fhir/Device/r${round}`),
    ])
    // Either the reference came first, or the deletion did; never both.
    assert.ok((made.status === 201 && gone.status === 409) || (made.status === 422 && gone.status === 204), `${made.status} ${gone.status}`)
  }
  const page = (await client.send('GET', '/fhir/Device/one/_history')).json<{ entry: { resource: { meta: { versionId: string } } }[] }>()
  assert.deepEqual(
    page.entry.map((e) => Number(e.resource.meta.versionId)),
    Array.from({ length: 14 }, (_, i) => 14 - i),
  )
})

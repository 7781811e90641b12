/** A reference to the site's own address is a local one, however it is written; the bytes stay as they came. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient
let own: string

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
  own = `${t.url}/fhir`
  await client.send('PUT', '/fhir/Patient/lan', { resourceType: 'Patient', id: 'lan', name: [{ text: 'Nguyễn Thị Lan' }] })
})
after(() => t.close())

const observation = (reference: string, more = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'Kali' },
  subject: { reference },
  ...more,
})
const idsOf = async (query: string): Promise<string[]> => {
  const answer = await client.send('GET', `/fhir/${query}`)
  assert.equal(answer.status, 200, answer.text)
  return (answer.json<{ entry?: { resource: { id: string } }[] }>().entry ?? []).map((e) => e.resource.id).toSorted()
}
const put = (resource: object & { resourceType: string }, id: string, text = JSON.stringify({ ...resource, id })) =>
  client.send('PUT', `/fhir/${resource.resourceType}/${id}`, text)

test('found by either form, alone, in chains, by _has and as includes; and stored as written', async () => {
  const escaped = JSON.stringify({ ...observation(`${own}/Patient/lan`), id: 'abs' }).replaceAll('/', '\\/')
  assert.equal((await put(observation(''), 'abs', escaped)).status, 201)
  assert.equal((await put(observation('Patient/lan'), 'rel')).status, 201)
  assert.equal((await put(observation(`${own}/Patient/lan/_history/1`), 'ver')).status, 201)
  assert.equal((await put(observation('https://other.example/fhir/Patient/lan'), 'far')).status, 201)
  const three = ['abs', 'rel', 'ver']
  for (const form of ['Patient/lan', `${own}/Patient/lan`, 'lan']) assert.deepEqual(await idsOf(`Observation?subject=${form}`), three, form)
  assert.deepEqual(await idsOf(`Observation?patient=${own}/Patient/lan`), three)
  assert.deepEqual(await idsOf('Observation?subject:Patient.name=lan'), three)
  assert.deepEqual(await idsOf('Patient?_has:Observation:subject:_id=abs'), ['lan'])
  assert.deepEqual(await idsOf('Observation?_id=abs&_include=Observation:subject'), ['abs', 'lan'])
  assert.deepEqual(await idsOf('Patient?_id=lan&_revinclude=Observation:subject'), ['abs', 'lan', 'rel', 'ver'])
  assert.deepEqual(await idsOf('Observation?subject=https://other.example/fhir/Patient/lan'), ['far'])
  assert.ok((await client.send('GET', '/fhir/Observation/abs')).text.includes(JSON.stringify(`${own}/Patient/lan`).replaceAll('/', '\\/')))
})

test('held by integrity: what it names is there, its version too, and stays', async () => {
  const lost = await client.send('POST', '/fhir/Observation', observation(`${own}/Patient/nobody`))
  assert.deepEqual([lost.status, lost.code()], [422, 'reference-not-found'])
  assert.equal((await client.send('POST', '/fhir/Observation', observation(`${own}/Patient/lan/_history/9`))).code(), 'reference-not-found')
  assert.equal((await client.send('POST', '/fhir/Observation', observation(`${own}/Patient?name=lan`))).code(), 'conditional-reference')
  await client.send('PUT', '/fhir/Patient/held', { resourceType: 'Patient', id: 'held', active: true })
  const holder = await client.create(observation(`${own}/Patient/held`))
  assert.equal((await client.send('DELETE', '/fhir/Patient/held')).code(), 'still-referenced')
  assert.equal((await client.send('DELETE', `/fhir/Observation/${holder}`)).status, 204)
  assert.equal((await client.send('DELETE', '/fhir/Patient/held')).status, 204)
})

test('whose record it is does not hang on the form, so grants and audit follow it', async () => {
  const rows = await t.site.store.sql<{ id: string; pat: string | null }>(
    "select id, pat from res where id in ('abs', 'rel', 'far') order by id",
  )
  const [abs, far, rel] = rows.map((r) => r.pat)
  assert.ok(abs !== null && abs === rel && far === null)
  assert.deepEqual(await t.site.store.index.check({ repair: false }), [])
})

test('in a transaction: entries name each other by it, conditions are asked, and what needs no change keeps its bytes', async () => {
  const entry = [
    {
      fullUrl: `${own}/Patient/tx`,
      resource: { resourceType: 'Patient', id: 'tx', active: true },
      request: { method: 'PUT', url: `${own}/Patient/tx` },
    },
    { resource: observation(`${own}/Patient/tx`, { id: 'tx1' }), request: { method: 'PUT', url: 'Observation/tx1' } },
    { resource: observation(`${own}/Patient?name=lan`, { id: 'tx2' }), request: { method: 'PUT', url: 'Observation/tx2' } },
  ]
  assert.equal((await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })).status, 200)
  const subject = async (id: string) =>
    (await client.send('GET', `/fhir/Observation/${id}`)).json<{ subject: { reference: string } }>().subject.reference
  assert.deepEqual([await subject('tx1'), await subject('tx2')], [`${own}/Patient/tx`, 'Patient/lan'])
  assert.deepEqual(await idsOf('Observation?subject=Patient/tx'), ['tx1'])
})

test('a canonical address below the own one stays an address', async () => {
  const questionnaire = `${own}/Questionnaire/q`
  await put({ resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire } as { resourceType: string }, 'qr')
  assert.deepEqual(await idsOf(`QuestionnaireResponse?questionnaire=${questionnaire}`), ['qr'])
})

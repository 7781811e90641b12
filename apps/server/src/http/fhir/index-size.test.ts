/** One resource with very many codes: bounded, and nobody else waits for it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { rowsInSteps } from '../../store/write/extract.ts'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

const coded = (count: number, id: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: Array.from({ length: count }, (_, i) => ({ system: 'https://example.org/cs', code: `c${i}` })) },
})

test('more index entries than a resource may have are refused by name, in every way to write, and nothing is written', async () => {
  const much = coded(21_000, 'much')
  const plain = await client.send('PUT', '/fhir/Observation/much', much)
  assert.deepEqual([plain.status, plain.code()], [422, 'index-too-wide'])
  const entry = [{ resource: much, request: { method: 'PUT', url: 'Observation/much' } }]
  const bundle = await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })
  const [issue] = bundle.json<{ issue: { expression: string[] }[] }>().issue
  assert.deepEqual([bundle.status, bundle.code(), issue?.expression], [422, 'index-too-wide', ['Bundle.entry[0].resource']])
  // References that no search parameter looks at have rows as well.
  const parts = Array.from({ length: 21_000 }, (_, i) => ({ url: 'https://example.org/e', valueReference: { reference: `Patient/p${i}` } }))
  assert.equal(
    (await client.send('POST', '/fhir/Basic', { resourceType: 'Basic', code: { text: 'x' }, extension: parts })).code(),
    'index-too-wide',
  )
  assert.equal((await client.send('GET', '/fhir/Observation/much')).status, 404)
})

test('what is allowed is written and found whole', async () => {
  assert.equal((await client.send('PUT', '/fhir/Observation/allowed', coded(15_000, 'allowed'))).status, 201)
  for (const code of ['c0', 'c14999']) {
    assert.equal((await client.send('GET', `/fhir/Observation?code=${code}&_summary=count`)).json<{ total: number }>().total, 1, code)
  }
})

test('index rows are made in steps, between which others have their turn', () => {
  const hashes = { of: (text: string) => String(text.length) }
  const steps = rowsInSteps('Observation', coded(10_000, 'x'), { hashes, zone: '+07:00' })
  let count = 0
  while (!steps.next().done) count++
  assert.ok(count >= 20, `${count} steps`)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const HOSTILE = `</pre><script>alert(1)</script><img src=x onerror='a()'>"&amp;`

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

const open = (path: string, headers = {}) => client.send('GET', path, undefined, { ...BROWSER, ...headers })

test('a browser reads a patient: nothing of a hostile name is markup, no script, links to its references and versions', async () => {
  const organization = await client.create({ resourceType: 'Organization', name: 'A' } as { resourceType: string })
  const references = [`Organization/${organization}`, 'javascript:alert(1)', 'https://elsewhere.example/fhir/Organization/1']
  const id = await client.create({
    resourceType: 'Patient',
    name: [{ family: HOSTILE, text: '"reference": "Patient/1"' }],
    generalPractitioner: references.map((reference) => ({ reference })),
  } as { resourceType: string })
  const { status, headers, text } = await open(`/fhir/Patient/${id}`)
  assert.equal(status, 200)
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
  assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'/)
  assert.doesNotMatch(headers.get('content-security-policy') ?? '', /script-src/)
  assert.doesNotMatch(text, /<script|<img/)
  assert.ok(text.includes('&lt;script&gt;alert(1)'))
  const links = [...text.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href)
  assert.deepEqual(links, ['/fhir', `/fhir/Patient/${id}/_history`, `/fhir/Organization/${organization}`])
})

test('a browser follows pages; the status of a refusal is kept; a form named in the address wins', async () => {
  for (const lotNumber of ['1', '2']) await client.create({ resourceType: 'Device', lotNumber } as { resourceType: string })
  const first = await open('/fhir/Device?_count=1', { 'accept-language': 'en' })
  const next = /<a href="([^"]*)" rel="next">Next page/.exec(first.text)?.[1]?.replaceAll('&amp;', '&')
  assert.ok(next)
  assert.equal((await open(next)).status, 200)
  const missing = await open('/fhir/Device/none', { 'accept-language': 'vi' })
  assert.equal(missing.status, 404)
  assert.match(missing.text, /<html lang="vi">/)
  assert.equal((await open('/fhir/Device?_format=json')).json<{ resourceType: string }>().resourceType, 'Bundle')
})

test('/fhir shows the types that are here; a program gets the statement', async () => {
  const { status, text } = await open('/fhir', { accept: 'text/html' })
  assert.equal(status, 200)
  assert.ok(text.includes('<a href="/fhir/Patient">Patient</a>'))
  assert.equal((await client.send('GET', '/fhir')).json<{ resourceType: string }>().resourceType, 'CapabilityStatement')
  assert.equal((await fetch(`${t.url}/public.css`)).status, 200)
})

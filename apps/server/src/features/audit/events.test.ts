/** The trail as AuditEvent: for the auditor, as FHIR reads and searches it; and each request is a line before its answer leaves. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { validate } from '@yba/fhir'
import type { AuditEvent, Bundle } from 'fhir/r4.d.ts'
import { fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
before(async () => {
  t = await testSite({ role: 'facility' })
})
after(() => t.close())

const PERSON = { resourceType: 'Patient', name: [{ text: 'Đỗ Thị Thử' }] }

async function asked(query: string): Promise<AuditEvent[]> {
  const auditor = await t.as('auditor')
  const bundle: Bundle = await auditor.json(`/fhir/AuditEvent?${query}`)
  return (bundle.entry ?? []).map((e) => e.resource as AuditEvent)
}

test('the auditor reads lines as valid AuditEvents: who, of whom, what, by which request', async () => {
  const doctor = await t.as('reception')
  const { id }: { id: string } = await doctor.json('/fhir/Patient', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(PERSON),
  })
  await doctor.json(`/fhir/Patient/${id}`)
  const events = await asked(`patient=Patient/${id}`)
  assert.deepEqual(
    events.map((e) => [e.action, e.subtype?.[0]?.code]),
    [
      ['R', 'read'],
      ['C', 'create'],
    ],
  )
  for (const event of events) assert.deepEqual(validate(event), [], JSON.stringify(event))
  const [read] = events
  assert.equal(read?.agent[0]?.requestor, true)
  assert.match(read?.agent[0]?.who?.display ?? '', /\p{L}/u)
  assert.deepEqual(read?.agent[0]?.purposeOfUse?.[0]?.coding?.[0]?.system, 'http://terminology.hl7.org/CodeSystem/v3-ActReason')
  assert.deepEqual(
    read?.entity?.map((e) => e.what?.reference ?? e.type?.code),
    [`Patient/${id}`, `Patient/${id}/_history/1`, 'XrequestId'],
  )
  const auditor = await t.as('auditor')
  const one: AuditEvent = await auditor.json(`/fhir/AuditEvent/${read?.id}`)
  assert.deepEqual(one, read)
})

test('it is searched by who, what, when and how it ended; page by page', async () => {
  const reception = await t.as('reception')
  const { id }: { id: string } = await reception.json('/fhir/Patient', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(PERSON),
  })
  for (let i = 0; i < 5; i++) await reception.json(`/fhir/Patient/${id}`)
  const who = (await asked(`patient=${id}`))[0]?.agent[0]?.altId ?? ''
  assert.equal((await asked(`altid=${who}&patient=${id}`)).length, 6)
  assert.equal((await asked(`patient=${id}&action=C`)).length, 1)
  assert.equal((await asked(`patient=${id}&subtype=read`)).length, 5)
  assert.equal((await asked(`patient=${id}&action=R&subtype=create`)).length, 0)
  assert.equal((await asked(`entity=Patient/${id}&outcome=0`)).length, 6)
  // Whose lines the auditor looks at stands in the trail, too.
  const own = 'subtype=read,create'
  assert.equal((await asked(`patient=${id}&outcome=4`)).length, 0)
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)
  assert.equal((await asked(`${own}&patient=${id}&date=${today}`)).length, 6)
  assert.equal((await asked(`${own}&patient=${id}&date=lt${today}`)).length, 0)
  assert.equal((await asked(`${own}&patient=${id}&date=ge${today}&date=le${today}`)).length, 6)
  const auditor = await t.as('auditor')
  const seen: (string | undefined)[] = []
  for (let path: string | undefined = `/fhir/AuditEvent?${own}&patient=${id}&_count=4&_sort=-date`; path; ) {
    const page: Bundle = await auditor.json(path)
    seen.push(...(page.entry ?? []).map((e) => e.resource?.id))
    const next = page.link?.find((l) => l.relation === 'next')?.url
    path = next?.slice(next.indexOf('/fhir/'))
  }
  assert.equal(new Set(seen).size, 6)
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => Number(b) - Number(a)),
  )
})

test('what cannot be asked is refused by name; others are shown nothing of the trail', async () => {
  const auditor = await t.as('auditor')
  for (const query of ['policy=x', '_sort=agent', 'patient:missing=true', 'date=ap2026', '_include=AuditEvent:patient']) {
    const refused = await auditor.fetch(`/fhir/AuditEvent?${query}`)
    assert.equal(refused.status, 400, query)
  }
  assert.equal((await auditor.fetch('/fhir/AuditEvent/999999999')).status, 404)
  assert.equal((await auditor.fetch('/fhir/AuditEvent/none')).status, 404)
  const [first] = await asked('_count=1')
  const doctor = await t.as('doctor')
  assert.notEqual((await doctor.fetch(`/fhir/AuditEvent/${first?.id}`)).status, 200)
  const shown = await doctor.fetch('/fhir/AuditEvent?_count=5')
  assert.ok(shown.status !== 200 || ((await shown.json()) as Bundle).entry === undefined)
})

test('each request of a FHIR client that showed or changed something is one line before its answer leaves', async () => {
  const bare = await testSite({ role: 'bare' })
  try {
    const client = await fhirClient(bare)
    const lines = async () => Number((await bare.site.store.sql<{ n: string }>('select count(*) as n from audit'))[0]?.n)
    const id = await client.create(PERSON)
    const entry = [{ request: { method: 'GET', url: `Patient/${id}` } }, { request: { method: 'GET', url: 'Patient/none' } }]
    const requests: [method: string, path: string, body?: unknown, headers?: Record<string, string>, lines?: number][] = [
      ['POST', '/fhir/Patient', PERSON],
      ['GET', `/fhir/Patient/${id}`],
      ['HEAD', `/fhir/Patient/${id}`],
      ['GET', `/fhir/Patient/${id}`, undefined, { 'if-none-match': 'W/"1"' }],
      ['GET', '/fhir/Patient/none'],
      ['GET', `/fhir/Patient/${id}/_history/1`],
      ['GET', `/fhir/Patient/${id}/_history/9`],
      ['GET', `/fhir/Patient/${id}/_history`],
      ['GET', '/fhir/Patient/_history'],
      ['GET', '/fhir/_history'],
      ['GET', '/fhir/Patient?name=thu'],
      ['GET', '/fhir/Patient?name=nobody'],
      ['POST', '/fhir/Patient/_search', 'name=thu', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['GET', `/fhir?_id=${id}`],
      ['GET', `/fhir/Patient/${id}/Observation`],
      ['PUT', `/fhir/Patient/${id}`, { ...PERSON, id, gender: 'female' }],
      [
        'PATCH',
        `/fhir/Patient/${id}`,
        '[{"op":"replace","path":"/gender","value":"male"}]',
        { 'content-type': 'application/json-patch+json' },
      ],
      // What showed nothing and changed nothing leaves no line.
      ['PUT', `/fhir/Patient/${id}`, { ...PERSON, id }, { 'if-match': 'W/"1"' }, 0],
      ['POST', '/fhir/Patient', { ...PERSON, gender: 'nobody' }, {}, 0],
      ['POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry }, {}, 2],
      ['DELETE', `/fhir/Patient/${id}`],
      ['GET', `/fhir/Patient/${id}`],
    ]
    const wrong: string[] = []
    for (const [method, path, body, headers = {}, expected = 1] of requests) {
      const before = await lines()
      const { status } = await client.send(method, path, body, headers)
      const written = (await lines()) - before
      if (written !== expected) wrong.push(`${method} ${path} (${status}): ${written} lines`)
    }
    assert.deepEqual(wrong, [])
  } finally {
    await bare.close()
  }
})

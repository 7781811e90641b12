import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EVERYTHING, testCaller } from '../../store/testing.ts'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

interface Page {
  total?: number
  link: { relation: string; url: string }[]
  entry?: {
    fullUrl: string
    resource?: { id: string; meta: { versionId: string } }
    request: { method: string; url: string }
    response: { status: string; etag: string }
  }[]
}

/** All pages from an address on. */
async function pages(path: string): Promise<Page[]> {
  const out: Page[] = []
  for (let next: string | undefined = path; next; ) {
    const page: Page = (await client.send('GET', next)).json<Page>()
    out.push(page)
    next = page.link.find((l) => l.relation === 'next')?.url.replace(t.url, '')
  }
  return out
}
const versionsOf = (list: Page[]) =>
  list.flatMap((p) => p.entry ?? []).map((e) => `${e.fullUrl.split('/fhir/')[1]} ${e.response.etag} ${e.request.method}`)
const device = (lotNumber: string, more = {}) => ({ resourceType: 'Device', lotNumber, ...more })

/** Days no calendar has, and years that are none to the database. */
const NO_INSTANTS = ['2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00%2B14:00', '9999-12-31T23:59:59-12:00']

test('writers in parallel: every version stands once in the history of its type and of everything, by the order of the commits', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, (_, i) => client.create(device(`${i}`))))
  const put = (id: string, i: number) => client.send('PUT', `/fhir/Device/${id}`, device(`n${i}`, { id }))
  await Promise.all([
    ...ids.map(put),
    ...ids.map((id) => client.send('GET', `/fhir/Device/${id}`)),
    client.create({ resourceType: 'Patient', ...{ gender: 'female' } }),
  ])
  await client.send('PUT', '/fhir/Device/chosen', device('c', { id: 'chosen' }))
  await client.send('DELETE', `/fhir/Device/${ids[0]}`)
  const expected = [
    ...ids.flatMap((id) => [`Device/${id} W/"1" POST`, `Device/${id} W/"2" PUT`]),
    'Device/chosen W/"1" PUT',
    `Device/${ids[0]} W/"3" DELETE`,
  ]
  const ofType = await pages('/fhir/Device/_history?_count=4')
  assert.deepEqual(versionsOf(ofType).toSorted(), expected.toSorted())
  assert.deepEqual(versionsOf(ofType).slice(0, 2), expected.slice(-2).toReversed())
  assert.deepEqual(versionsOf(await pages('/fhir/Device/_history')), versionsOf(ofType))
  const ofAll = versionsOf(await pages('/fhir/_history?_count=3'))
  assert.equal(ofAll.length, expected.length + 1)
  assert.deepEqual(
    ofAll.filter((v) => v.startsWith('Device')),
    versionsOf(ofType),
  )
  const newest = ofType[0]?.entry?.[0]
  assert.deepEqual([newest?.resource, newest?.response.status], [undefined, '204'])
})

test('a version in a history has the bytes it has by itself', async () => {
  const text = `{"resourceType":"Observation",  "status":"final","code":{"text":"K"},"valueQuantity":{"value":1.50}}`
  const id = (await client.send('POST', '/fhir/Observation', text)).json<{ id: string }>().id
  await client.send('PUT', `/fhir/Observation/${id}`, text.replace('{', `{"id":"${id}",`).replace('1.50', '2.50'))
  for (const version of ['1', '2']) {
    const one = (await client.send('GET', `/fhir/Observation/${id}/_history/${version}`)).text
    for (const path of [`/fhir/Observation/${id}/_history`, '/fhir/Observation/_history', '/fhir/_history'])
      assert.ok((await client.send('GET', path)).text.includes(one), `${path} ${version}`)
  }
})

test('the history of one resource comes in pages, from an instant on; what it does not take is refused by name', async () => {
  const id = await client.create(device('p'))
  for (const lot of ['q', 'r', 's']) await client.send('PUT', `/fhir/Device/${id}`, device(lot, { id }))
  const list = await pages(`/fhir/Device/${id}/_history?_count=3`)
  assert.deepEqual(
    list.map((p) => p.entry?.length),
    [3, 1],
  )
  assert.deepEqual(
    list.map((p) => p.total),
    [undefined, undefined],
  )
  assert.equal((await pages(`/fhir/Device/${id}/_history`))[0]?.total, 4)
  const later = new Date(t.site.clock.now().getTime() + 60_000).toISOString()
  for (const path of [`/fhir/Device/${id}/_history`, '/fhir/Device/_history', '/fhir/_history'])
    assert.equal((await pages(`${path}?_since=${later}`))[0]?.total, 0, path)
  for (const query of [
    '_since=yesterday',
    '_count=0',
    '_count=x',
    'colour=red',
    '_since=2026-11-20',
    ...NO_INSTANTS.map((at) => `_since=${at}`),
  ]) {
    const answer = await client.send('GET', `/fhir/Device/_history?${query}`)
    assert.deepEqual([answer.status, answer.code()], [400, 'history-unreadable'], query)
  }
  for (const path of [`/fhir/Device/${id}/_history`, '/fhir/_history'])
    assert.equal((await client.send('GET', `${path}?_cursor=nonsense`)).code(), 'cursor-unknown', path)
})

test('_at: the versions that were current at a time, of one resource, of a type and of everything', async () => {
  const DAY = 86_400_000
  const day = () => new Date(t.site.clock.now().getTime() + 7 * 3_600_000).toISOString().slice(0, 10)
  // Beyond what the other tests wrote.
  t.clock.forward(10 * DAY)
  const [first, id] = [day(), await client.create({ resourceType: 'Basic', ...{ code: { text: 'a' } } })]
  t.clock.forward(2 * DAY)
  const second = day()
  const noon = new Date(t.site.clock.now().getTime() - DAY).toISOString()
  await client.send('PUT', `/fhir/Basic/${id}`, { resourceType: 'Basic', id, code: { text: 'b' } })
  t.clock.forward(2 * DAY)
  const third = day()
  await client.send('DELETE', `/fhir/Basic/${id}`)
  const cases: [at: string, versions: string[]][] = [
    ['2020', []],
    [first, ['1']],
    [encodeURIComponent(noon), ['1']],
    [second, ['2', '1']],
    [third, ['3', '2']],
    [
      second.slice(0, 4) === third.slice(0, 4) ? third.slice(0, 4) : third,
      ['3', '2', '1'].slice(0, second.slice(0, 4) === third.slice(0, 4) ? 3 : 2),
    ],
    ['2099-01', ['3']],
  ]
  for (const [at, versions] of cases) {
    const expected = versions.map((v) => `Basic/${id} W/"${v}" ${{ 1: 'POST', 2: 'PUT', 3: 'DELETE' }[v]}`)
    for (const path of [`/fhir/Basic/${id}/_history`, '/fhir/Basic/_history'])
      assert.deepEqual(versionsOf(await pages(`${path}?_at=${at}&_count=1`)), expected, `${path} ${at}`)
    const all = versionsOf(await pages(`/fhir/_history?_at=${at}`)).filter((v) => v.startsWith('Basic'))
    assert.deepEqual(all, expected, at)
  }
  for (const at of ['yesterday', '2026-13', '2026-02-30', '', '2026-11-20T25:00:00Z', '99999'])
    assert.equal((await client.send('GET', `/fhir/Basic/_history?_at=${at}`)).code(), 'history-unreadable', at)
})

test('a history shows what its reader may see of, is asked for narrowly where rights hang on care, and is audited', async () => {
  const store = (more: Partial<typeof EVERYTHING>) =>
    t.site.store.as(testCaller({ id: 'u.xem', requestId: 'r-xem', grants: [{ ...EVERYTHING, ...more }] }))
  const { entries } = await store({ types: ['Patient'] }).historyOf({ count: 100 })
  assert.deepEqual([...new Set(entries.map((e) => e.stored.type))], ['Patient'])
  assert.deepEqual((await store({ types: ['Patient'] }).historyOf({ type: 'Device', count: 100 })).entries, [])
  for (const ask of [{ count: 5 }, { count: 5, type: 'Device' }])
    await assert.rejects(store({ scope: 'relation' }).historyOf(ask), /narrow-your-search/)
  const lines = await t.site.store.sql<{ pats: string[] }>(
    `select pats from audit where request = 'r-xem' and action = 'history' order by seq`,
  )
  assert.equal(lines.length, 2)
  assert.equal(lines[0]?.pats.length, 1)
})

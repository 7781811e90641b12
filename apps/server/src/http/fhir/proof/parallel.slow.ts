/**
 * Many clients at once against one site, which is killed under them: no update is lost, what is to be made once is made once,
 * a transaction is there whole or not at all, and history tells every version in its order.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { random } from '@yba/people'
import { testSeed } from '../../../testing/exchange.ts'
import { type FhirAnswer, type FhirClient, fhirClientOf } from '../../../testing/fhir-client.ts'
import { type SiteApart, siteApart } from '../../../testing/site-apart.ts'

const seed = testSeed() % 2 ** 31
const CLIENTS = 8

let site: SiteApart
let clients: FhirClient[] = []

before(async () => {
  site = await siteApart({
    role: 'bare',
    facility: { code: '24997', name: 'Kho thử', managingBody: 'Sở Y tế' },
    heapMb: 1024,
  })
  const reached = { url: site.url, sql: site.sql, now: new Date() }
  clients = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => fhirClientOf(reached, `song-song-${i}`)))
})
after(() => site.close())

interface Counted {
  id: string
  valueInteger: number
}

const counter = (id: string | undefined, value: number) => ({
  resourceType: 'Observation',
  ...(id ? { id } : {}),
  status: 'final',
  code: { text: 'đếm' },
  valueInteger: value,
})

const each = <T>(work: (client: FhirClient, i: number) => Promise<T>): Promise<T[]> => Promise.all(clients.map(work))
const first = (): FhirClient => clients[0] as FhirClient

test('no update is lost: who saw an old version is told so, and every step of every client counts', async () => {
  const STEPS = 12
  const id = await first().create(counter(undefined, 0))
  await each(async (client) => {
    for (let done = 0; done < STEPS; ) {
      const read = await client.send('GET', `/fhir/Observation/${id}`)
      const { valueInteger } = read.json<Counted>()
      const written = await client.send('PUT', `/fhir/Observation/${id}`, counter(id, valueInteger + 1), {
        'if-match': read.headers.get('etag') ?? '',
      })
      assert.ok([200, 412].includes(written.status), `${written.status} ${written.text.slice(0, 200)}`)
      if (written.status === 200) done += 1
    }
  })
  const { valueInteger } = (await first().send('GET', `/fhir/Observation/${id}`)).json<Counted>()
  assert.equal(valueInteger, CLIENTS * STEPS)
  const history = (await first().send('GET', `/fhir/Observation/${id}/_history?_count=500`)).json<{ entry: { resource: Counted }[] }>()
  assert.deepEqual(
    history.entry.map((e) => e.resource.valueInteger),
    Array.from({ length: CLIENTS * STEPS + 1 }, (_, i) => CLIENTS * STEPS - i),
    'each version once, the newest first',
  )
})

test('what is asked for by one condition is made once, however it is worded', async () => {
  const WORDINGS = ['identifier=urn:song|1', 'identifier=urn%3Asong%7C1']
  const answers = await each((client, i) =>
    client.send(
      'POST',
      '/fhir/Patient',
      { resourceType: 'Patient', identifier: [{ system: 'urn:song', value: '1' }], name: [{ text: `Người ${i}` }] },
      { 'if-none-exist': WORDINGS[i % WORDINGS.length] ?? '' },
    ),
  )
  assert.deepEqual(
    answers.map((a) => a.status).sort(),
    [...Array.from({ length: CLIENTS - 1 }, () => 200), 201],
    answers.map((a) => a.text.slice(0, 100)).join('\n'),
  )
  const found = (await first().send('GET', '/fhir/Patient?identifier=urn:song|1&_total=accurate')).json<{ total: number }>()
  assert.equal(found.total, 1)
  const put = await each((client, i) =>
    client.send('PUT', '/fhir/Patient?identifier=urn:song|2', {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:song', value: '2' }],
      name: [{ text: `Người ${i}` }],
    }),
  )
  assert.ok(put.every((a) => a.status === 200 || a.status === 201))
  assert.equal(put.filter((a) => a.status === 201).length, 1)
  assert.equal((await first().send('GET', '/fhir/Patient?identifier=urn:song|2&_total=accurate')).json<{ total: number }>().total, 1)
})

test('a number that only one may carry is given once', async () => {
  const mrn = { system: 'https://w3id.org/yba/sid/mrn/24997', value: 'SONG-SONG' }
  const answers = await each((client) => client.send('POST', '/fhir/Patient', { resourceType: 'Patient', identifier: [mrn] }))
  assert.equal(answers.filter((a) => a.status === 201).length, 1)
  assert.ok(answers.every((a) => a.status === 201 || a.code() === 'identifier-taken'))
})

test('transactions that lock in opposite order all end, and each is whole', async () => {
  const ids = await Promise.all([1, 2, 3, 4].map((n) => first().create(counter(undefined, n))))
  const ROUNDS = 6
  await each(async (client, i) => {
    for (let round = 0; round < ROUNDS; round++) {
      const order = i % 2 ? ids : [...ids].reverse()
      const entry = order.map((id) => ({ resource: counter(id, i * 100 + round), request: { method: 'PUT', url: `Observation/${id}` } }))
      const answer = await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })
      assert.equal(answer.status, 200, answer.text.slice(0, 300))
    }
  })
  const now = await Promise.all(ids.map(async (id) => (await first().send('GET', `/fhir/Observation/${id}`)).json<Counted>().valueInteger))
  assert.equal(new Set(now).size, 1, 'the last transaction wrote all four')
  const versions = await Promise.all(ids.map(async (id) => (await first().send('GET', `/fhir/Observation/${id}`)).headers.get('etag')))
  assert.deepEqual(new Set(versions), new Set([`W/"${CLIENTS * ROUNDS + 1}"`]))
})

/** The answer, or null when the site died under the request; waits until somebody listens. */
async function asked(client: FhirClient, body: unknown): Promise<FhirAnswer | null> {
  for (;;) {
    try {
      return await client.send('POST', '/fhir', body)
    } catch (error) {
      const code = ((error as Error).cause as { code?: string } | undefined)?.code
      if (code !== 'ECONNREFUSED') return null
      await delay(50)
    }
  }
}

test(`killed again and again: a transaction is there whole or not at all, and what was acknowledged is there (seed ${seed})`, async () => {
  const KILLS = 3
  const PARTS = 5
  const r = random(seed, 'kills')
  const said = new Map<string, boolean>()
  let stop = false
  const working = each(async (client, i) => {
    for (let n = 0; !stop; n++) {
      const name = `${i}-${n}`
      const entry = Array.from({ length: PARTS }, (_, part) => ({
        resource: { resourceType: 'Basic', code: { coding: [{ system: 'urn:kill', code: name }] }, identifier: [{ value: `${part}` }] },
        request: { method: 'POST', url: 'Basic' },
      }))
      const answer = await asked(client, { resourceType: 'Bundle', type: 'transaction', entry })
      if (answer) assert.equal(answer.status, 200, answer.text.slice(0, 300))
      said.set(name, answer !== null)
    }
  })
  for (let kill = 0; kill < KILLS; kill++) {
    await delay(r.int(300, 1500))
    site.process.kill('SIGKILL')
    await site.again()
  }
  await delay(500)
  stop = true
  await working
  const rows = await site.sql<{ name: string; n: number }>(
    `select content::jsonb #>> '{code,coding,0,code}' as name, count(*)::int as n from res
     where content::jsonb ->> 'resourceType' = 'Basic' and not deleted group by 1`,
  )
  const found = new Map(rows.map((row) => [row.name, row.n]))
  const wrong = [...said].flatMap(([name, acknowledged]) => {
    const n = found.get(name) ?? 0
    return n === PARTS || (n === 0 && !acknowledged) ? [] : [`${name}: ${n} of ${PARTS}, ${acknowledged ? 'acknowledged' : 'unknown'}`]
  })
  assert.deepEqual(wrong, [])
  assert.equal(rows.filter((row) => !said.has(row.name)).length, 0, 'nothing is there that nobody sent')
  assert.ok([...said.values()].filter(Boolean).length > KILLS, `${said.size} transactions`)
  const check = (await first().send('GET', '/fhir/_history?_count=1000')).json<{
    entry: { resource?: { id: string; meta: { versionId: string } } }[]
  }>()
  const names = check.entry.map((e) => `${e.resource?.id}/${e.resource?.meta.versionId}`)
  assert.equal(new Set(names).size, names.length, 'history tells each version once')
})

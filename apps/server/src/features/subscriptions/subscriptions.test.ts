/** Subscriptions against a real receiver that answers, fails and hangs; `$events` and `$status`; whose rights count. */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { CANONICAL } from '@yba/fhir'
import { stopProgram } from '../../access/index.ts'
import { testCaller } from '../../store/testing.ts'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { isPublic, send } from './send.ts'

let t: TestSite
let client: FhirClient
let server: Server
let port: number
/** How the receiver takes what comes to a path; what it got. */
const manner = new Map<string, 'take' | 'refuse' | 'hang' | 'lose'>()
const got = new Map<string, string[]>()

before(async () => {
  server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const path = request.url ?? ''
    const how = manner.get(path) ?? 'take'
    if (how === 'hang') return
    if (how !== 'refuse') got.set(path, [...(got.get(path) ?? []), Buffer.concat(parts).toString()])
    if (how === 'lose') return void request.socket.destroy()
    response.writeHead(how === 'refuse' ? 503 : 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  t = await testSite({ settings: { subscriptionReceivers: [`127.0.0.1:${port}`] } })
  client = await fhirClient(t)
  await client.send('PUT', '/fhir/Patient/p', { resourceType: 'Patient', id: 'p' })
})
after(async () => {
  await t.close()
  server.closeAllConnections()
  server.close()
})

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition'
const subscription = (id: string, more: { endpoint?: string; filter?: string; content?: string; type?: string } = {}) => ({
  resourceType: 'Subscription',
  id,
  status: 'requested',
  reason: 'thử',
  criteria: `${CANONICAL}/SubscriptionTopic/${more.type ?? 'Observation'}`,
  ...(more.filter ? { _criteria: { extension: [{ url: `${BACKPORT}/backport-filter-criteria`, valueString: more.filter }] } } : {}),
  channel: {
    type: 'rest-hook',
    endpoint: more.endpoint ?? `http://127.0.0.1:${port}/${id}`,
    payload: 'application/fhir+json',
    _payload: { extension: [{ url: `${BACKPORT}/backport-payload-content`, valueCode: more.content ?? 'full-resource' }] },
  },
})
const subscribe = async (id: string, more = {}, who = client) => {
  const answer = await who.send('PUT', `/fhir/Subscription/${id}`, subscription(id, more))
  assert.ok(answer.status < 300, answer.text)
}
const observe = async (id: string, code: string) => {
  const resource = { resourceType: 'Observation', id, status: 'final', code: { coding: [{ code }] }, subject: { reference: 'Patient/p' } }
  assert.ok((await client.send('PUT', `/fhir/Observation/${id}`, resource)).status < 300)
}

async function until<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (let i = 0; i < 240; i++, await delay(125)) {
    const found = await look()
    if (found) return found
  }
  throw new Error(`never: ${what}`)
}

const standing = async (id: string) => (await client.send('GET', `/fhir/Subscription/${id}`)).json<{ status: string; error?: string }>()
const isNow = (id: string, status: string) =>
  until(`${id} is ${status}`, async () => {
    const now = await standing(id)
    return now.status === status && now
  })

interface Parameter {
  name: string
  valueString?: string
  valueCode?: string
  part?: { name: string; valueString?: string; valueReference?: { reference: string } }[]
}
interface Bundle {
  type: string
  entry: { resource?: { resourceType: string; id: string; parameter?: Parameter[] } }[]
}

/** Kind and events of a notification, as `number Type/id`. */
function told(text: string): { kind: string | undefined; events: string[]; resources: string[] } {
  const { entry } = JSON.parse(text) as Bundle
  const parameters = entry[0]?.resource?.parameter ?? []
  const part = (p: Parameter, name: string) => p.part?.find((one) => one.name === name)
  return {
    kind: parameters.find((p) => p.name === 'type')?.valueCode,
    events: parameters
      .filter((p) => p.name === 'notification-event')
      .map((p) => `${part(p, 'event-number')?.valueString} ${part(p, 'focus')?.valueReference?.reference ?? '-'}`),
    resources: entry.slice(1).map(({ resource }) => resource?.id ?? '-'),
  }
}
const toldAt = (path: string) => (got.get(path) ?? []).map(told)
const eventsAt = (path: string) => toldAt(path).flatMap(({ events }) => events)

test('a handshake, then each change once, with the resource as it is kept; filters are searches', async () => {
  await subscribe('plain', { filter: 'Observation?code=sugar' })
  await isNow('plain', 'active')
  assert.deepEqual(toldAt('/plain'), [{ kind: 'handshake', events: [], resources: [] }])
  await observe('s1', 'sugar')
  await observe('w1', 'weight')
  await observe('s2', 'sugar')
  await until('both', () => eventsAt('/plain').length === 2)
  assert.deepEqual(eventsAt('/plain'), ['1 Observation/s1', '2 Observation/s2'])
  const last = got.get('/plain')?.at(-1) ?? ''
  assert.ok(last.includes((await client.send('GET', '/fhir/Observation/s2')).text), 'byte for byte')
})

test('a receiver that fails, hangs or loses its answer misses nothing; another one waits for nobody', async () => {
  await subscribe('trouble')
  await subscribe('calm')
  await Promise.all([isNow('trouble', 'active'), isNow('calm', 'active')])
  manner.set('/trouble', 'refuse')
  await observe('t1', 'x')
  await until('the calm one', () => eventsAt('/calm').length === 1)
  await until('a refusal', async () => (await t.site.store.sql('select 1 from subscription_state where failures > 0')).length > 0)
  manner.set('/trouble', 'lose')
  await until('a lost answer', () => eventsAt('/trouble').length > 0)
  manner.set('/trouble', 'hang')
  await observe('t2', 'x')
  await until('the calm one again', () => eventsAt('/calm').length === 2)
  manner.set('/trouble', 'take')
  await until('all of it', () => eventsAt('/trouble').includes('2 Observation/t2'))
  assert.deepEqual([...new Set(eventsAt('/trouble'))], ['1 Observation/t1', '2 Observation/t2'], 'in order, with their numbers')
})

test('$events catches up, and waits; $status counts; both are for the subscriber alone', async () => {
  const all = await client.send('GET', '/fhir/Subscription/calm/$events?eventsSinceNumber=2&content=id-only')
  assert.deepEqual(told(all.text), { kind: 'query-event', events: ['2 Observation/t2'], resources: ['-'] })
  const waiting = client.send('GET', '/fhir/Subscription/calm/$events?eventsSinceNumber=3&wait=20')
  await observe('t3', 'x')
  assert.deepEqual(told((await waiting).text).events, ['3 Observation/t3'])
  const status = (await client.send('GET', '/fhir/Subscription/calm/$status')).json<Bundle>().entry[0]?.resource?.parameter
  assert.equal(status?.find((p) => p.name === 'events-since-subscription-start')?.valueString, '3')
  const other = await fhirClient(t, 'other')
  for (const name of ['$events', '$status'])
    assert.equal((await other.send('GET', `/fhir/Subscription/calm/${name}`)).code(), 'subscription-not-served')
  assert.equal((await client.send('GET', '/fhir/Subscription/calm/$events?wait=99')).code(), 'subscription-parameter-wrong')
})

test('what cannot be served says why in the Subscription', async () => {
  const why = async (id: string, more: object) => {
    await subscribe(id, more)
    return (await isNow(id, 'error')).error
  }
  assert.equal(await why('e1', { type: 'Monster' }), 'topic-unknown')
  assert.equal(await why('e2', { endpoint: 'http://127.0.0.1:1/x' }), 'endpoint-inside')
  assert.equal(await why('e3', { endpoint: 'http://localhost:1/x' }), 'endpoint-inside')
  assert.equal(await why('e4', { endpoint: 'file:///etc/passwd' }), 'endpoint-unreadable')
  assert.equal(await why('e6', { filter: 'Observation?_summary=count' }), 'filter-unreadable')
  await subscribe('e5', { filter: 'Observation?colour=red' })
  await isNow('e5', 'active')
  await observe('f1', 'x')
  assert.match((await isNow('e5', 'error')).error ?? '', /^filter-refused search-unknown-parameter/)
})

test('many changes in one transaction are told each once', async () => {
  await subscribe('many', { type: 'Basic', content: 'id-only' })
  await isNow('many', 'active')
  const entry = Array.from({ length: 300 }, (_, i) => ({
    resource: { resourceType: 'Basic', id: `b${i}`, code: { text: 'x' } },
    request: { method: 'PUT', url: `Basic/b${i}` },
  }))
  assert.equal((await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })).status, 200)
  await until('all of them', () => eventsAt('/many').length >= 300)
  assert.deepEqual(
    eventsAt('/many').map((e) => Number(e.split(' ')[0])),
    Array.from({ length: 300 }, (_, i) => i + 1),
  )
  assert.equal(new Set(eventsAt('/many').map((e) => e.split(' ')[1])).size, 300)
})

test('who may read no more is told no more', async () => {
  const leaving = await fhirClient(t, 'leaving')
  await subscribe('left', {}, leaving)
  await isNow('left', 'active')
  manner.set('/left', 'refuse')
  await observe('l1', 'x')
  await until(
    'a refusal',
    async () => (await t.site.store.sql(`select 1 from subscription_state where id = 'left' and failures > 0`)).length > 0,
  )
  await stopProgram(t.site.store.sql, 'leaving', t.site.clock.now())
  manner.set('/left', 'take')
  assert.equal((await isNow('left', 'error')).error, 'subscriber-gone')
  assert.deepEqual(eventsAt('/left'), [])
})

test('what is hidden from the subscriber is no event, and what is hidden by the time of sending is a bare number', async () => {
  const doctor = await t.as('doctor')
  const { user } = await doctor.json<{ user: { id: string } }>('/auth/session')
  await subscribe('guarded', { filter: 'Observation?code=guarded' })
  await subscribe('control', { filter: 'Observation?code=guarded' })
  await Promise.all([isNow('guarded', 'active'), isNow('control', 'active')])
  await t.site.store.sql(`update subscription_state set owner = $1 where id = 'guarded'`, [user.id])
  await observe('g1', 'guarded')
  await until('the control', () => eventsAt('/control').length === 1)
  const store = t.site.store.as(testCaller())
  await store.transact((tx) => tx.grantCare({ patient: 'p', department: 'K01', from: new Date(0), basis: 'stay' }))
  await observe('g2', 'guarded')
  await until('what the doctor may see', () => eventsAt('/guarded').length > 0)
  assert.deepEqual(eventsAt('/guarded'), ['1 Observation/g2'])
  manner.set('/guarded', 'refuse')
  await observe('g3', 'guarded')
  await until(
    'a refusal',
    async () => (await t.site.store.sql(`select 1 from subscription_state where id = 'guarded' and failures > 0`)).length > 0,
  )
  await store.transact((tx) => tx.endCare('p', 'stay'))
  manner.set('/guarded', 'take')
  await until('the number', () => eventsAt('/guarded').length > 1)
  assert.deepEqual(toldAt('/guarded').at(-1), { kind: 'event-notification', events: ['2 -'], resources: [] })
  assert.doesNotMatch(got.get('/guarded')?.at(-1) ?? '', /g3/)
})

test('inner addresses, however they are written; a hanging receiver is left in time', async () => {
  for (const inner of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '172.20.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
  ])
    assert.equal(isPublic(inner), false, inner)
  for (const outer of ['8.8.8.8', '2606:4700::1111']) assert.equal(isPublic(outer), true, outer)
  const common = { headers: [], body: '{}', timeoutMs: 300, allowed: [] as string[], signal: new AbortController().signal }
  for (const endpoint of ['http://2130706433/', 'http://0x7f.1/', `http://[::ffff:127.0.0.1]:${port}/`])
    assert.equal(await send({ ...common, endpoint }), 'endpoint-inside', endpoint)
  manner.set('/slow', 'hang')
  assert.equal(await send({ ...common, endpoint: `http://127.0.0.1:${port}/slow`, allowed: [`127.0.0.1:${port}`] }), 'endpoint-too-slow')
})

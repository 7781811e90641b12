import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { typeNumber } from '@yba/fhir'
import { systemCaller } from '../access/index.ts'
import type { SignedIn } from '../testing/browser.ts'
import { type TestSite, testSite } from '../testing/site.ts'

let t: TestSite
let doctor: SignedIn

before(async () => {
  t = await testSite()
  doctor = await t.as('doctor')
})
after(() => t.close())

interface Live {
  kind: string
  type?: string
  id?: string
  patient?: string
}

/** Opens the stream; gives events one after the other. */
async function listen(by: SignedIn, path: string) {
  const stop = new AbortController()
  const response = await by.fetch(path, { signal: stop.signal })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ''
  const line = async (): Promise<string> => {
    while (!buffer.includes('\n\n')) {
      const part = await reader?.read()
      if (!part || part.done) throw new Error('stream ended')
      buffer += part.value
    }
    const at = buffer.indexOf('\n\n')
    const text = buffer.slice(0, at)
    buffer = buffer.slice(at + 2)
    return text
  }
  await line()
  const next = async (): Promise<Live> => {
    const data = /^data: (.*)$/m.exec(await line())?.[1]
    return data ? JSON.parse(data) : next()
  }
  return { next, stop: () => stop.abort() }
}

const write = (resource: { resourceType: string }) =>
  t.site.store.as(systemCaller('test', '24997')).transact(async (tx) => {
    const [made] = await tx.write([{ kind: 'create', resource: resource as never }])
    return made?.id ?? ''
  })

test('a change reaches an open screen at once, without content', { timeout: 20_000 }, async () => {
  const live = await listen(doctor, '/events')
  const started = performance.now()
  const id = await write({ resourceType: 'Patient', ...{ name: [{ text: 'Người Bí Mật' }] } })
  const event = await live.next()
  assert.ok(performance.now() - started < 3000)
  assert.deepEqual({ kind: event.kind, type: event.type, id: event.id }, { kind: 'write', type: 'Patient', id })
  assert.ok(!JSON.stringify(event).includes('Bí Mật'))
  live.stop()
})

test('what a caller may not read by type is not heard of; a chart’s changes carry no id unless the patient is in care', {
  timeout: 20_000,
}, async () => {
  const patient = await write({ resourceType: 'Patient', ...{ gender: 'male' } })
  const auditor = await listen(await t.as('auditor'), '/events')
  const plain = await listen(doctor, '/events')
  const stranger = await listen(doctor, `/events?patient=${patient}`)
  await t.site.store
    .as(systemCaller('test', '24997'))
    .transact((tx) => tx.grantCare({ patient, department: 'K01', from: tx.now, basis: 'encounter' }))
  const chart = await listen(doctor, `/events?patient=${patient}`)
  const condition = await write({ resourceType: 'Condition', ...{ subject: { reference: `Patient/${patient}` } } })
  const organization = await write({ resourceType: 'Organization', ...{ name: 'Khoa Nội' } })
  assert.deepEqual(await auditor.next(), { kind: 'write', type: 'Organization', id: organization })
  assert.deepEqual(await plain.next(), { kind: 'write', type: 'Condition' })
  assert.deepEqual(await stranger.next(), { kind: 'write', type: 'Condition' })
  const full = await chart.next()
  assert.equal(full.id, condition)
  assert.equal(full.patient, patient)
  for (const l of [auditor, plain, stranger, chart]) l.stop()
})

test('a stream says nothing more once its session is over, locked, or of another role', { timeout: 30_000 }, async () => {
  const ends: [string, (by: SignedIn) => Promise<unknown>][] = [
    ['signed out', (by) => by.fetch('/auth/logout', { method: 'POST' })],
    ['locked', (by) => by.fetch('/auth/lock', { method: 'POST' })],
    ['another role', () => t.site.store.sql(`update app_user set role = 'auditor' where id = $1`, [doctorId])],
  ]
  const { user } = await doctor.json<{ user: { id: string } }>('/auth/session')
  const doctorId = user.id
  for (const [what, end] of ends) {
    const by = await t.as('doctor')
    const live = await listen(by, '/events')
    await end(by)
    await new Promise((done) => setTimeout(done, 1100))
    await write({ resourceType: 'Patient', ...{ gender: 'male' } })
    await assert.rejects(live.next(), /stream ended/, what)
  }
  await t.site.store.sql(`update app_user set role = 'doctor' where id = $1`, [doctorId])
})

test('one person does not hold all the lines', { timeout: 20_000 }, async () => {
  const by = await t.as('signer')
  const stop = new AbortController()
  const answers = await Promise.all(Array.from({ length: 20 }, () => by.fetch('/events', { signal: stop.signal })))
  assert.deepEqual(new Set(answers.map((a) => a.status)), new Set([200]))
  assert.equal((await by.fetch('/events')).status, 429)
  stop.abort()
})

test('strangers hear nothing', async () => {
  assert.equal((await fetch(`${t.url}/events`)).status, 401)
})

const follow = async (by: SignedIn, last: string) => {
  const stop = new AbortController()
  const response = await by.fetch('/events', { signal: stop.signal, headers: { 'last-event-id': last } })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  /** Reads until the text holds the words; gives all of it. */
  const reading = async (words: string): Promise<string> => {
    while (!text.includes(words)) {
      const part = await reader?.read()
      if (!part || part.done) throw new Error(`stream ended: ${text}`)
      text += part.value
    }
    return text
  }
  return { reading, stop: () => stop.abort() }
}

test('a screen that comes back with the last id it saw hears what it missed, and only that', { timeout: 20_000 }, async () => {
  const seen = await t.site.store.log.end()
  const missed = await write({ resourceType: 'Patient', ...{ gender: 'female' } })
  await t.site.store.log.wait(seen, 10_000)
  const live = await follow(doctor, seen)
  const text = await live.reading(missed)
  assert.ok(!text.includes('event: reset'))
  assert.equal(text.split('data: ').length - 1, 1)
  live.stop()
})

test('after a new epoch, or with an id nobody gave, the stream says reset and goes on from the end', { timeout: 20_000 }, async () => {
  for (const last of ['7.1', '1.999999', 'nonsense', `0.${'9'.repeat(30)}`]) {
    const live = await follow(doctor, last)
    const text = await live.reading('event: reset')
    assert.match(text, new RegExp(`id: ${(await t.site.store.log.end()).replace('.', '\\.')}\n`))
    const id = await write({ resourceType: 'Patient', ...{ gender: 'other' } })
    await live.reading(id)
    live.stop()
  }
})

test('a client that does not take its events is let go by name, with one page of them in memory; the others go on', {
  timeout: 60_000,
}, async () => {
  const healthy = await listen(doctor, '/events')
  const heard = new Set<string | undefined>()
  const reading = (async () => {
    for (;;) heard.add((await healthy.next()).id)
  })().catch(() => undefined)
  const slow = connect(Number(new URL(t.url).port), '127.0.0.1')
  await once(slow, 'connect')
  slow.write(`GET /events HTTP/1.1\r\nhost: x\r\ncookie: ${[...doctor.cookies].map(([k, v]) => `${k}=${v}`).join('; ')}\r\n\r\n`)
  await once(slow, 'readable')
  // What follows stays untaken; sockets of this machine swallow megabytes before they say no.
  await t.site.store.sql(
    `insert into event (at, kind, thread, t, id, payload, by)
     select now(), 'write', 'Organization/' || i, $1, repeat('x', 180), '{}', 'flood' from generate_series(1, 60000) i`,
    [typeNumber('Organization')],
  )
  const dropped = () => t.logLines.some((l) => l.includes('event-stream-too-slow'))
  for (let i = 0; i < 800 && !dropped(); i++) await new Promise((done) => setTimeout(done, 50))
  assert.ok(dropped())
  slow.destroy()
  const id = await write({ resourceType: 'Patient', ...{ gender: 'male' } })
  for (let i = 0; i < 800 && !heard.has(id); i++) await new Promise((done) => setTimeout(done, 50))
  assert.ok(heard.has(id))
  healthy.stop()
  await reading
})

test('fifty screens ask the database no more often than one', { timeout: 60_000 }, async () => {
  const people = await Promise.all(Array.from({ length: 5 }, (_, i) => t.as('doctor', { login: `bs.${i}` })))
  const screens = await Promise.all(people.flatMap((by) => Array.from({ length: 10 }, () => listen(by, '/events'))))
  const reads = async () =>
    Number(
      (await t.site.store.sql<{ n: string }>(`select idx_scan as n from pg_stat_user_indexes where indexrelname = 'event_n'`))[0]?.n ?? 0,
    )
  await new Promise((done) => setTimeout(done, 1500))
  const before = await reads()
  const id = await write({ resourceType: 'Patient', ...{ gender: 'male' } })
  const heard = await Promise.all(screens.map((s) => s.next()))
  assert.ok(heard.every((e) => e.id === id))
  await new Promise((done) => setTimeout(done, 1500))
  const asked = (await reads()) - before
  assert.ok(asked < 50, `${asked} looks at the log for fifty screens in about two seconds`)
  for (const one of screens) one.stop()
})

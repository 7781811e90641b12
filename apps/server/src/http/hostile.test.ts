/** Hostile clients on raw sockets and with bombs, against a hub in a process of its own whose memory is capped. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { JWK } from 'jose'
import { registerNode } from '../access/index.ts'
import { type Attacker, attacker, ecKeys, publicJwk } from '../testing/attacker.ts'
import { type SiteApart, siteApart } from '../testing/site-apart.ts'
import { tcpProxy } from '../testing/tcp-proxy.ts'

const MB = 1024 * 1024
let hub: SiteApart
let url: string
let port: number
let node: Attacker

before(async () => {
  hub = await siteApart({
    role: 'hub',
    facility: { code: '24000', name: 'Trục', managingBody: 'Sở Y tế' },
    heapMb: 256,
    limits: {
      slowSeconds: 2,
      connectionsPerAddress: 60,
      misdeeds: 1_000_000,
      burst: 10_000,
      perSecond: 1000,
      perMinute: 100_000,
      atOnce: 1000,
    },
  })
  url = hub.url
  port = hub.port
  const keys = ecKeys('P-384')
  await registerNode(hub.sql, '24998', { ...publicJwk(keys), kid: 'k1' } as JWK, new Date())
  node = attacker(url, '24998', 'k1', keys.privateKey)
})
after(() => hub.close())

const healthy = (): Promise<boolean> => hub.healthy()

/** A raw connection: what was heard so far, and when it ended. */
function raw(): { socket: Socket; heard(): string; ended: Promise<void> } {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  return { socket, heard: () => text, ended: new Promise((done) => socket.once('close', () => done())) }
}

const within = <T>(promise: Promise<T>, what: string): Promise<T> =>
  Promise.race([
    promise,
    delay(60_000, undefined, { ref: false }).then(() => {
      throw new Error(`${what}: still open`)
    }),
  ])

const key = () => ({ 'idempotency-key': randomUUID() })
const submit = (body: string, headers: Record<string, string> = {}) =>
  node.call('POST', '/fhir/$submit', { body, headers: { ...key(), ...headers } })

test('slow headers, a slow body, a body that never comes: ended by name', async () => {
  const headers = raw()
  headers.socket.write('POST /auth/token HTTP/1.1\r\nhost: x\r\n')
  const drip = setInterval(() => headers.socket.writable && headers.socket.write('x-a: b\r\n'), 300)
  const body = raw()
  body.socket.write('POST /auth/token HTTP/1.1\r\nhost: x\r\ncontent-type: a/b\r\ncontent-length: 9000\r\n\r\n')
  const drop = setInterval(() => body.socket.writable && body.socket.write('x'), 300)
  const silent = raw()
  silent.socket.write('POST /auth/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
  await within(Promise.all([headers.ended, body.ended, silent.ended]), 'slow requests')
  clearInterval(drip)
  clearInterval(drop)
  for (const one of [headers, body, silent]) {
    assert.match(one.heard(), /^HTTP\/1\.1 408 /)
    assert.match(one.heard(), /request-too-slow/)
  }
  assert.ok(await healthy())
})

test('connections of one address are limited; those over it are closed, the site goes on', async () => {
  const crowd = Array.from({ length: 300 }, raw)
  await within(Promise.all(crowd.slice(0, 240).map((one) => Promise.race([one.ended, delay(20_000, undefined, { ref: false })]))), 'crowd')
  const open = crowd.filter((one) => !one.socket.destroyed).length
  assert.ok(open <= 60, `${open} are open`)
  for (const one of crowd) one.socket.destroy()
  await within(
    (async () => {
      while (!(await healthy())) await delay(50)
    })(),
    'healthy again',
  )
})

test('what is no HTTP, giant headers, two lengths: refused, the site goes on', async () => {
  for (const [text, status] of [
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 no TLS here\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(100_000)}\r\n\r\n`, 431],
    ['POST /auth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabc', 400],
    ['POST /auth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', 400],
    ['GET /healthz HTTP/1.1\r\n\r\n', 400],
  ] as const) {
    const one = raw()
    one.socket.write(text)
    await within(one.ended, text.slice(0, 30))
    assert.match(one.heard(), new RegExp(`^HTTP/1\\.1 ${status} `), text.slice(0, 40))
  }
})

test('a thousand pipelined requests are answered or throttled in order; nothing grows', async () => {
  const one = raw()
  one.socket.write('GET /auth/session HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(999))
  one.socket.write('GET /auth/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  await within(one.ended, 'pipeline')
  const statuses = [...one.heard().matchAll(/HTTP\/1\.1 (\d+) /g)].map((m) => m[1])
  assert.ok(statuses.length >= 500, `${statuses.length}`)
  assert.ok(statuses.includes('429'))
  assert.deepEqual([...new Set(statuses)].toSorted(), ['200', '429'])
})

test('JSON bombs: deep, repeated, poisoned, endless: each has its name', async () => {
  const deep = (n: number) => `{"thread":${'{"a":'.repeat(n)}1${'}'.repeat(n)}}`
  const cases: [string, string, number, string][] = [
    ['a hundred deep', deep(100), 400, 'json-too-deep'],
    ['a million arrays', '['.repeat(1_000_000), 400, 'json-too-deep'],
    ['two million objects', '{"a":'.repeat(2_000_000), 400, 'json-too-deep'],
    ['one key twice', '{"thread":1,"thread":2}', 400, 'json-duplicate-key'],
    ['__proto__', '{"__proto__":{"admin":true}}', 400, 'json-forbidden-key'],
    ['U+0000', '{"thread":{"issuer":"\\u0000"}}', 400, 'body-unreadable'],
    ['half a pair', '{"thread":{"issuer":"\\ud800"}}', 400, 'body-unreadable'],
    ['a giant number', `{"thread":${'9'.repeat(1_000_000)}}`, 400, 'parcel-incomplete'],
    ['an exponent', '{"thread":1e999999999}', 400, 'parcel-incomplete'],
    ['a million members', `{${Array.from({ length: 300_000 }, (_, i) => `"k${i}":1`).join(',')}}`, 400, 'parcel-incomplete'],
    ['two million numbers', `[${'1,'.repeat(2_000_000)}1]`, 413, 'json-too-many-values'],
    ['eight million objects', `[${'{},'.repeat(8_000_000)}1]`, 413, 'json-too-many-values'],
    ['a giant string', `{"thread":"${'x'.repeat(20 * MB)}"}`, 400, 'parcel-incomplete'],
    ['no JSON', 'xin chào', 400, 'body-unreadable'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), 400, 'body-unreadable'],
  ]
  for (const [what, body, status, code] of cases) {
    const answer = await submit(body)
    assert.deepEqual([answer.status, answer.code], [status, code], what)
    const issue = answer.json.issue[0]
    assert.ok(issue.details.text && issue.diagnostics, what)
  }
  assert.ok(await healthy())
})

test('fifty megabytes: refused by their length before they are read, and while they stream', async () => {
  for (const path of ['/fhir/$submit', '/auth/token']) {
    const headers = await node.headers('POST', path, { headers: key() })
    const lines = Object.entries(headers).map(([k, v]) => `${k}: ${v}`)
    const told = raw()
    told.socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\ncontent-length: ${50 * MB}\r\n\r\n`)
    await within(
      (async () => {
        while (!told.heard().includes('\r\n\r\n')) await delay(20)
      })(),
      'answered before a byte of the body',
    )
    assert.match(told.heard(), /^HTTP\/1\.1 413 [\s\S]*body-too-large/)
    told.socket.destroy()
  }
  // Chunked, so that nobody knows the length; on and on until somebody says stop.
  const headers = await node.headers('POST', '/fhir/$submit', { headers: key() })
  const lines = Object.entries(headers).map(([k, v]) => `${k}: ${v}`)
  const stream = raw()
  stream.socket.write(`POST /fhir/$submit HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\ntransfer-encoding: chunked\r\n\r\n`)
  const chunk = `100000\r\n${'x'.repeat(MB)}\r\n`
  let sent = 0
  while (!stream.heard() && !stream.socket.destroyed && sent < 60) {
    sent += 1
    await new Promise<void>((done) => stream.socket.write(chunk, () => done()))
  }
  await within(
    (async () => {
      while (!stream.heard() && !stream.socket.destroyed) await delay(20)
    })(),
    'the stream is stopped',
  )
  assert.match(stream.heard(), /^HTTP\/1\.1 413 [\s\S]*body-too-large/)
  stream.socket.destroy()
})

test('packed bodies are not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(50 * MB))
  const headers = await node.headers('POST', '/fhir/$submit', { headers: { ...key(), 'content-encoding': 'gzip' } })
  const answer = await fetch(`${url}/fhir/$submit`, { method: 'POST', headers, body: bomb })
  assert.equal(answer.status, 415)
  assert.match(await answer.text(), /encoding-refused/)
})

test('many large bodies at once are bounded: some are taken, the others told to wait, memory stays under its cap', async () => {
  const body = `{"thread":"${'x'.repeat(20 * MB)}"}`
  const answers = await Promise.all(Array.from({ length: 16 }, () => submit(body).catch(() => null)))
  const codes = answers.map((a) => a?.code ?? 'cut')
  assert.ok(codes.includes('parcel-incomplete'), `${codes}`)
  assert.ok(codes.includes('too-many-at-once'), `${codes}`)
  assert.ok(await healthy())
  assert.equal(hub.process.exitCode, null)
})

test('who never reads the answers is cut off, and so is a line that goes half-open in the middle of a request; the node reads why', async () => {
  await hub.sql('delete from node_misdeed')
  // Asks for the capability statement four hundred times and reads nothing: the first answers fill the line, the next one waits.
  const path = '/fhir/metadata'
  const size = (await node.call('GET', path)).text.length
  assert.ok(400 * size > 12 * MB, `${size}`)
  const asking = connect(port, '127.0.0.1')
  asking.on('error', () => undefined)
  asking.pause()
  const one = Object.entries(await node.headers('GET', path)).map(([k, v]) => `${k}: ${v}`)
  const proofs = await Promise.all(Array.from({ length: 400 }, async () => (await node.headers('GET', path)).dpop))
  const lines = one.filter((l) => !l.startsWith('dpop'))
  for (const dpop of proofs) asking.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\ndpop: ${dpop}\r\n\r\n`)
  const asked = new AbortController()
  const closed = new Promise<void>((done) => asking.once('close', () => done()))
  // Half-open: the hub sees the beginning of a body and then nothing, for ever.
  const line = await tcpProxy({ host: '127.0.0.1', port })
  const half = connect(line.port, '127.0.0.1')
  half.on('error', () => undefined)
  const headers = Object.entries(await node.headers('POST', '/fhir/$submit', { headers: key() })).map(([k, v]) => `${k}: ${v}`)
  half.write(`POST /fhir/$submit HTTP/1.1\r\nhost: x\r\n${headers.join('\r\n')}\r\ncontent-length: 90000\r\n\r\n{"thread"`)
  await delay(200)
  await line.set({ kind: 'half-open', swallow: ['up', 'down'] })
  half.write('nobody hears this')
  const counted = async (kind: string) =>
    Number((await hub.sql<{ n: string }>('select coalesce(sum(count), 0) as n from node_misdeed where kind = $1', [kind]))[0]?.n)
  await within(
    (async () => {
      while (!asked.signal.aborted && ((await counted('answer-not-read')) === 0 || (await counted('request-too-slow')) === 0))
        await delay(100)
    })(),
    'both are counted',
  ).finally(() => asked.abort())
  asking.resume()
  await within(closed, 'the reader is cut off')
  half.destroy()
  await line.close()
  // Nothing of it is held against others, nor stays open.
  assert.equal((await node.call('GET', '/fhir/$directory')).status, 200)
  assert.ok(await healthy())
})

/** What no route takes is told by name, in both languages, whoever found it out: the router, the parser of HTTP or a route. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

interface Outcome {
  resourceType: string
  issue: { details: { coding: { code: string }[]; text: string; _text: { extension: unknown[] } }; diagnostics: string }[]
}

/** A request as bytes, for what no client sends; gives status and outcome. */
function raw(head: string, headers: string[] = []): Promise<[number, Outcome]> {
  const { promise, resolve, reject } = Promise.withResolvers<[number, Outcome]>()
  const { port, hostname } = new URL(t.url)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.setTimeout(5000, () => socket.destroy(new Error('no answer')))
  socket.on('data', (piece) => {
    text += piece
  })
  socket.on('error', reject)
  socket.on('close', () => resolve([Number(text.slice(9, 12)), JSON.parse(text.slice(text.indexOf('\r\n\r\n')) || '{}') as Outcome]))
  socket.write([`${head} HTTP/1.1`, 'host: x', 'connection: close', ...headers, '', ''].join('\r\n'))
  return promise
}

/** Text in one language, and a translation beside it. */
function isBothLanguages({ resourceType, issue }: Outcome): boolean {
  const [first] = issue
  return resourceType === 'OperationOutcome' && (first?.details._text.extension.length ?? 0) > 0 && first?.diagnostics !== ''
}

test('addresses that are too long or badly escaped, and what is no HTTP, are told as outcomes', async () => {
  const told: [string, number, string][] = [
    [`GET /fhir/Patient/${'a'.repeat(300)}`, 414, 'address-too-long'],
    ['GET /fhir/Patient/%zz', 400, 'address-unreadable'],
    ['GET /fhir/%ff', 400, 'address-unreadable'],
    [`GET /fhir/Patient?name=${'a'.repeat(40_000)}`, 431, 'headers-too-long'],
    ['FOO /fhir/Patient', 400, 'bad-request'],
  ]
  for (const [head, status, code] of told) {
    const [got, outcome] = await raw(head)
    assert.deepEqual([got, outcome.issue[0]?.details.coding[0]?.code], [status, code], head.slice(0, 60))
    assert.ok(isBothLanguages(outcome), head.slice(0, 60))
  }
  const [, english] = await raw('GET /fhir/Patient/%zz', ['accept-language: en'])
  assert.match(english.issue[0]?.details.text ?? '', /address/)
})

test('a method that an address does not take is 405, and Allow says which it takes', async () => {
  const READ = 'GET, HEAD'
  const wrong: [string, string, string][] = [
    ['PUT', '/fhir', 'GET, HEAD, POST'],
    ['DELETE', '/fhir/metadata', READ],
    ['POST', '/fhir/metadata', READ],
    ['POST', '/fhir/Patient/1', 'DELETE, GET, HEAD, PATCH, PUT'],
    ['OPTIONS', '/fhir/Patient', 'DELETE, GET, HEAD, PATCH, POST, PUT'],
    ['DELETE', '/fhir/Patient/1/_history/1', READ],
    ['PUT', '/fhir/Patient/1/_history', READ],
    ['POST', '/fhir/Patient/_history', READ],
    ['GET', '/fhir/Patient/_search', 'POST'],
    ['PUT', '/fhir/Patient/_search', 'POST'],
    ['GET', '/fhir/Patient/$validate', 'POST'],
    ['DELETE', '/fhir/Patient/1/$meta', 'GET, HEAD'],
    ['PUT', '/fhir/Patient/$validate', 'POST'],
  ]
  for (const [method, path, allow] of wrong) {
    const body = method === 'GET' || method === 'DELETE' || method === 'OPTIONS' ? undefined : '{"resourceType":"Patient","id":"1"}'
    const answer = await client.send(method, path, body)
    assert.deepEqual([answer.status, answer.code(), answer.headers.get('allow')], [405, 'method-not-allowed', allow], `${method} ${path}`)
    assert.ok(isBothLanguages(answer.json<Outcome>()))
  }
})

test('an operation nobody knows is told as one, whatever stands around it', async () => {
  const body = { resourceType: 'Parameters' }
  for (const path of [
    '/fhir/$nope',
    '/fhir/Patient/$nope',
    '/fhir/Patient/1/$nope',
    '/fhir/Patient/$expand',
    '/fhir/Patient/1/$nope?x=%zz',
  ]) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await client.send(method, path, method === 'POST' ? body : undefined)
      assert.deepEqual([answer.status, answer.code()], [404, 'operation-unknown'], `${method} ${path}`)
    }
  }
  for (const path of ['/fhir/Nope', '/fhir/Nope/1', '/fhir/Nope/$meta', '/fhir/Nope/1/$meta']) {
    assert.equal((await client.send('GET', path)).code(), 'type-not-served', path)
  }
  assert.equal((await client.send('GET', '/fhir/Patient/1/Observation/2')).code(), 'route-unknown')
})

test('bodies that are too large or of a type nobody takes are told as outcomes', async () => {
  const large = await client.send('POST', '/fhir/Patient', `{"resourceType":"Patient","x":"${'a'.repeat(26 * 1024 * 1024)}"}`)
  assert.deepEqual([large.status, large.code()], [413, 'body-too-large'])
  for (const type of ['foo', ';;;', 'application/fhir+xml', 'application/fhir+json; charset=utf-16', 'text/plain']) {
    const answer = await client.send('POST', '/fhir/Patient', '{}', { 'content-type': type })
    assert.deepEqual([answer.status, answer.code()], [415, 'media-type-unknown'], type)
  }
})

test('who is not signed in learns nothing but the shape of the addresses', async () => {
  const stranger = (method: string, path: string) => fetch(`${t.url}${path}`, { method })
  assert.equal((await stranger('GET', '/fhir/Patient/$nope')).status, 401)
  assert.equal((await stranger('GET', '/fhir/Patient/1')).status, 401)
  assert.equal((await stranger('POST', '/fhir/Patient/1')).status, 405)
})

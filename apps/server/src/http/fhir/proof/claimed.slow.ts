/** What the CapabilityStatement of a site claims is there: every interaction, parameter, include, compartment and operation is called. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirClient, fhirClient } from '../../../testing/fhir-client.ts'
import { storePool } from '../../../testing/round-trip.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'

interface Claimed {
  type: string
  interaction: { code: string }[]
  searchParam: { name: string; type: string }[]
  searchInclude: string[]
  searchRevInclude: string[]
  operation: { name: string }[]
}

interface Statement {
  resource: Claimed[]
  interaction: { code: string }[]
  operation: { name: string }[]
  compartment: string[]
}

let t: TestSite
let client: FhirClient
let claims: Statement

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
  await storePool(client)
  claims = (await client.send('GET', '/fhir/metadata')).json<{ rest: [Statement] }>().rest[0]
})
after(() => t.close())

/** A resource of each type that every site of the test has. */
const POOLED = 'yba-pool'

const told = async (method: string, path: string, expected: readonly number[], body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await client.send(method, path, body, headers)
  return expected.includes(answer.status) ? [] : [`${method} ${path}: ${answer.status} ${answer.text.slice(0, 200)}`]
}

async function interactions({ type, interaction }: Claimed): Promise<string[]> {
  const path = `/fhir/${type}`
  const one = `${path}/${POOLED}`
  const resource = (await client.send('GET', one)).json()
  const { id: _id, meta: _meta, ...fresh } = resource as { id: string; meta: unknown }
  const call: Record<string, () => Promise<string[]>> = {
    read: () => told('GET', one, [200]),
    vread: () => told('GET', `${one}/_history/1`, [200]),
    update: () => told('PUT', one, [200], resource),
    patch: () => told('PATCH', one, [200], '[]', { 'content-type': 'application/json-patch+json' }),
    'history-instance': () => told('GET', `${one}/_history`, [200]),
    'history-type': () => told('GET', `${path}/_history?_count=1`, [200]),
    'search-type': async () => [
      ...(await told('GET', `${path}?_count=1`, [200])),
      ...(await told('POST', `${path}/_search`, [200], '_count=1', { 'content-type': 'application/x-www-form-urlencoded' })),
    ],
    create: () => told('POST', path, [201], fresh),
    delete: async () => {
      await client.send('PUT', `${path}/to-delete`, { ...fresh, id: 'to-delete' })
      return told('DELETE', `${path}/to-delete`, [200, 204])
    },
  }
  const all = await Promise.all(interaction.map(({ code }) => call[code]?.() ?? [`${type}: nobody knows how to call ${code}`]))
  return all.flat()
}

const SAMPLE: Record<string, string> = {
  token: 'x',
  string: 'x',
  reference: `Basic/${POOLED}`,
  date: '2026',
  number: '1',
  quantity: '1',
  uri: 'http://example.org/x',
}

async function parameters({ type, searchParam }: Claimed): Promise<string[]> {
  const found: string[] = []
  for (const { name, type: kind } of searchParam) {
    // What a composite asks for depends on its parts: the slow reference asks; here whether it may be asked at all.
    const value = kind === 'composite' ? undefined : SAMPLE[kind]
    if (value !== undefined) found.push(...(await told('GET', `/fhir/${type}?${name}=${encodeURIComponent(value)}&_count=1`, [200])))
    if (kind !== 'special' && name !== '_text') found.push(...(await told('GET', `/fhir/${type}?${name}:missing=true&_count=1`, [200])))
  }
  return found
}

/** Many at once: each is one more name in the address. */
const TOGETHER = 12

async function includes({ type, searchInclude, searchRevInclude }: Claimed): Promise<string[]> {
  const found: string[] = []
  for (const [name, all] of [
    ['_include', searchInclude],
    ['_revinclude', searchRevInclude],
  ] as const) {
    for (let at = 0; at < all.length; at += TOGETHER) {
      const query = all.slice(at, at + TOGETHER).map((one) => `${name}=${one}`)
      found.push(...(await told('GET', `/fhir/${type}?_id=${POOLED}&${query.join('&')}`, [200])))
    }
  }
  return found
}

const everyType = async (ask: (claimed: Claimed) => Promise<string[]>): Promise<string[]> => {
  const found: string[] = []
  for (const claimed of claims.resource) found.push(...(await ask(claimed)))
  return found
}

test('every interaction that is claimed of a type', async () => {
  assert.deepEqual(await everyType(interactions), [])
})

test('every search parameter that is claimed of a type', async () => {
  assert.deepEqual((await everyType(parameters)).slice(0, 40), [])
})

test('everything that is claimed to come along', async () => {
  assert.deepEqual((await everyType(includes)).slice(0, 40), [])
})

test('every interaction and compartment that is claimed of the whole', async () => {
  const calls: Record<string, () => Promise<string[]>> = {
    transaction: () => told('POST', '/fhir', [200], { resourceType: 'Bundle', type: 'transaction', entry: [] }),
    batch: () => told('POST', '/fhir', [200], { resourceType: 'Bundle', type: 'batch', entry: [] }),
    'history-system': () => told('GET', '/fhir/_history?_count=1', [200]),
    'search-system': () => told('GET', `/fhir?_id=${POOLED}&_count=1`, [200]),
  }
  const found = await Promise.all(claims.interaction.map(({ code }) => calls[code]?.() ?? [`nobody knows how to call ${code}`]))
  assert.deepEqual(found.flat(), [])
  assert.ok(claims.compartment.length > 0)
  for (const definition of claims.compartment) {
    const name = definition.split('/').at(-1) ?? ''
    const type = name.charAt(0).toUpperCase() + name.slice(1)
    assert.deepEqual(await told('GET', `/fhir/${type}/${POOLED}/*?_count=1`, [200]), [])
  }
})

/** An operation that is there answers, or says by name what it lacks; it is never unknown, unmade or broken. */
const UNKNOWN = new Set([404, 405, 500, 501])

test('every operation that is claimed', async () => {
  const missing: string[] = []
  const ask = async (places: readonly string[]): Promise<void> => {
    const tried: string[] = []
    for (const place of places) {
      for (const method of ['GET', 'POST']) {
        const { status, text } = await client.send(method, place, method === 'POST' ? { resourceType: 'Parameters' } : undefined)
        if (!UNKNOWN.has(status)) return
        tried.push(`${method} ${place}: ${status} ${text.slice(0, 120)}`)
      }
    }
    missing.push(tried.join(' | '))
  }
  for (const { name } of claims.operation) await ask([`/fhir/$${name.replace(/^\$/, '')}`])
  for (const { type, operation } of claims.resource) {
    for (const { name } of operation) {
      const call = `$${name.replace(/^\$/, '')}`
      await ask([`/fhir/${type}/${POOLED}/${call}`, `/fhir/${type}/${call}`])
    }
  }
  assert.deepEqual(missing.slice(0, 20), [])
})

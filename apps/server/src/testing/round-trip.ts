/**
 * Generated resources through a site's door and back: what a client sent is what it reads, byte for byte, but for what the
 * server sets. A failure names the type and the seed.
 */
import assert from 'node:assert/strict'
import { bundleEntryTexts, type ResourceTypeName, resourceTypes, serialize, spliceResource } from '@yba/fhir'
import { mutate, poolResource, resourceOf, textOf } from '@yba/fhir/testing/generate'
import type { FhirClient } from './fhir-client.ts'

/** As many as one transaction takes here. */
const BATCH = 73

export const EVERY_TYPE: readonly ResourceTypeName[] = resourceTypes().map((type) => type.name)

interface Sent {
  type: ResourceTypeName
  seed: number
  text: string
}

/** Stores what the references of generated resources point to. */
export async function storePool(client: FhirClient): Promise<void> {
  const entry = EVERY_TYPE.map((type) => {
    const resource = poolResource(type)
    return { resource, request: { method: 'PUT', url: `${type}/${resource.id}` } }
  })
  const stored = await client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })
  assert.equal(stored.status, 200, stored.text.slice(0, 500))
}

/** Resources of each type with seeds of their own, in texts as no serialiser writes them. */
function generated(types: readonly ResourceTypeName[], runs: number): Sent[] {
  return Array.from({ length: runs }, (_, run) =>
    types.map((type) => {
      const seed = EVERY_TYPE.indexOf(type) * 1_000_003 + run
      return { type, seed, text: textOf(resourceOf(type, seed), seed) }
    }),
  ).flat()
}

interface Written {
  response: { status: string; location: string }
}

/** Sends some in one transaction, with their texts untouched. Gives where each one is. */
async function send(client: FhirClient, some: readonly Sent[]): Promise<string[]> {
  const entries = some.map(({ type, text }) => `{"resource":${text},"request":{"method":"POST","url":"${type}"}}`)
  const answer = await client.send('POST', '/fhir', `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`)
  assert.equal(answer.status, 200, `${some.map(({ type, seed }) => `${type} ${seed}`).join(', ')}: ${answer.text.slice(0, 800)}`)
  return answer
    .json<{ entry: Written[] }>()
    .entry.map(({ response }) => /[A-Za-z]+\/[^/]+(?=\/_history\/)/.exec(response.location)?.[0] ?? '')
}

/** The text as sent, with the id and meta that the server gave. */
function asStored({ text }: Sent, read: string): string {
  const { id, meta } = JSON.parse(read) as { id: string; meta: { versionId: string; lastUpdated: string } }
  return spliceResource(text, { id, versionId: meta.versionId, lastUpdated: meta.lastUpdated })
}

/** The same resource by every way that shows it whole. */
async function otherWays(client: FhirClient, place: string): Promise<Record<string, string | undefined>> {
  const [type, id] = place.split('/')
  const entry = [{ request: { method: 'GET', url: place } }]
  const [history, search, batch] = await Promise.all([
    client.send('GET', `/fhir/${place}/_history`),
    client.send('GET', `/fhir/${type}?_id=${id}`),
    client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry }),
  ])
  return {
    version: (await client.send('GET', `/fhir/${place}/_history/1`)).text,
    history: bundleEntryTexts(history.text)[0],
    search: bundleEntryTexts(search.text)[0],
    batch: bundleEntryTexts(batch.text)[0],
  }
}

/** Stores so many resources of each type. */
export async function storeGenerated(client: FhirClient, types: readonly ResourceTypeName[], runs: number): Promise<void> {
  const all = generated(types, runs)
  for (let at = 0; at < all.length; at += BATCH) await send(client, all.slice(at, at + BATCH))
}

/** Stores so many resources of each type and reads each back; with `everyWay` also from history, searches and batches. */
export async function roundTrips(client: FhirClient, types: readonly ResourceTypeName[], runs: number, everyWay = false): Promise<void> {
  const all = generated(types, runs)
  for (let at = 0; at < all.length; at += BATCH) {
    const some = all.slice(at, at + BATCH)
    const places = await send(client, some)
    for (const [i, one] of some.entries()) {
      const place = places[i] ?? ''
      const { text } = await client.send('GET', `/fhir/${place}`)
      assert.equal(text, asStored(one, text), `${one.type} by seed ${one.seed}`)
      if (!everyWay) continue
      for (const [way, shown] of Object.entries(await otherWays(client, place))) {
        assert.equal(shown, text, `${way} of ${one.type} by seed ${one.seed}`)
      }
    }
  }
}

interface Refusal {
  issue: { expression?: string[] }[]
}

/** Sends so many broken resources of each type: each is refused as invalid, and the broken place is named (of two choices the second). */
export async function refusals(client: FhirClient, types: readonly ResourceTypeName[], runs: number): Promise<void> {
  for (const { type, seed } of generated(types, runs)) {
    const { kind, path, broken } = mutate(resourceOf(type, seed), seed)
    const answer = await client.send('POST', `/fhir/${type}`, serialize(broken))
    const told = `${kind} at ${path} of ${type} by seed ${seed}: ${answer.status} ${answer.text.slice(0, 400)}`
    assert.equal(answer.status, 422, told)
    assert.ok(
      answer.json<Refusal>().issue.some((issue) => issue.expression?.includes(path)),
      told,
    )
  }
}

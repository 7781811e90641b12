/**
 * The store against a slow reference: every search parameter of every type, asked over HTTP and judged value by value with the
 * published expressions and an evaluator that is not ours, over generated resources of all types.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { featuresOf } from '../../../roles.ts'
import { type FhirClient, fhirClient } from '../../../testing/fhir-client.ts'
import { type Compared, compareType, everything } from '../../../testing/reference/compare.ts'
import { compareJoins } from '../../../testing/reference/joins.ts'
import type { Resource } from '../../../testing/reference/parameters.ts'
import { EVERY_TYPE, storeGenerated, storePool } from '../../../testing/round-trip.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'

/** Resources of each type, and values of each parameter that are asked for. */
const RUNS = Number(process.env.YBA_RUNS ?? 4)
const SAMPLES = Number(process.env.YBA_SAMPLES ?? 2)
const ONLY = process.env.YBA_TYPES?.split(',')

let t: TestSite
let client: FhirClient

before(async () => {
  // Who serves Subscriptions writes into them how they stand: here they are only kept.
  t = await testSite({ role: 'bare', features: featuresOf('bare').filter((f) => f.name !== 'subscriptions') })
  client = await fhirClient(t)
})
after(() => t.close())

function judged(all: readonly Compared[], told: (line: string) => void): void {
  const sum = (of: (c: Compared) => number): number => all.reduce((n, c) => n + of(c), 0)
  const line = `${sum((c) => c.questions)} questions of ${sum((c) => c.parameters)} parameters, ${sum((c) => c.judged)} judged, ${sum((c) => c.finding)} find something`
  told(line)
  const differences = all.flatMap((c) => c.differences)
  assert.equal(differences.length, 0, `${differences.length} differences of ${line}\n${differences.slice(0, 60).join('\n')}`)
  assert.ok(sum((c) => c.finding) > sum((c) => c.questions) / 2, line)
}

async function parameters(all: ReadonlyMap<string, Resource[]>, samples: number, told: (line: string) => void): Promise<void> {
  const compared: Compared[] = []
  for (const [type, resources] of all) compared.push(await compareType(client, type, resources, samples))
  judged(compared, told)
}

async function joins(all: ReadonlyMap<string, Resource[]>, told: (line: string) => void): Promise<void> {
  const compared: Compared[] = []
  for (const type of all.keys()) compared.push(await compareJoins(client, type, all))
  judged(compared, told)
}

let all: Map<string, Resource[]>
test('property: every parameter of every type finds what its published expression says', async (context) => {
  const types = EVERY_TYPE.filter((type) => !ONLY || ONLY.includes(type))
  await storePool(client)
  await storeGenerated(client, types, RUNS)
  all = await everything(client, types)
  await parameters(all, SAMPLES, (line) => context.diagnostic(line))
})

test('property: chains, _has, composites, several parameters and several values find what their parts say', (context) =>
  joins(all, (line) => context.diagnostic(line)))

/**
 * The store against the slow reference (`reference.slow.ts`) over resources that others made: Synthea's, where they lie beside
 * the checkout. `YBA_PEOPLE` sets how many people's records.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { featuresOf } from '../../../roles.ts'
import { type FhirClient, fhirClient } from '../../../testing/fhir-client.ts'
import { type Compared, compareType, everything } from '../../../testing/reference/compare.ts'
import { compareJoins } from '../../../testing/reference/joins.ts'
import { EVERY_TYPE } from '../../../testing/round-trip.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'
import { syntheaBundles } from '../../../testing/synthea.ts'

const bundles = syntheaBundles(Number(process.env.YBA_PEOPLE ?? 2))
const skip = bundles === undefined && 'no Synthea beside the checkout'

let t: TestSite
let client: FhirClient

before(async () => {
  // Who serves Subscriptions writes into them how they stand: here they are only kept.
  t = await testSite({ role: 'bare', features: featuresOf('bare').filter((f) => f.name !== 'subscriptions') })
  client = await fhirClient(t)
})
after(() => t.close())

test('Synthea: every parameter, and what joins them', { skip }, async (context) => {
  for (const { text } of bundles ?? []) assert.equal((await client.send('POST', '/fhir', text)).status, 200)
  const all = await everything(client, EVERY_TYPE)
  const compared: Compared[] = []
  for (const [type, resources] of all) compared.push(await compareType(client, type, resources, 3), await compareJoins(client, type, all))
  const sum = (of: (c: Compared) => number): number => compared.reduce((n, c) => n + of(c), 0)
  const resources = [...all.values()].flat().length
  const line = `${resources} resources: ${sum((c) => c.questions)} questions, ${sum((c) => c.judged)} judged, ${sum((c) => c.finding)} find something`
  context.diagnostic(line)
  const differences = compared.flatMap((c) => c.differences)
  assert.equal(differences.length, 0, `${differences.length} differences of ${line}\n${differences.slice(0, 60).join('\n')}`)
})

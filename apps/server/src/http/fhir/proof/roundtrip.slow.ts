/** Every R4 type through the door of a bare site and back, by every way that shows a resource whole. */
import { after, before, test } from 'node:test'
import { featuresOf } from '../../../roles.ts'
import { type FhirClient, fhirClient } from '../../../testing/fhir-client.ts'
import { EVERY_TYPE, refusals, roundTrips, storePool } from '../../../testing/round-trip.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'

/** Resources of each type; `YBA_RUNS` raises it. */
const RUNS = Number(process.env.YBA_RUNS ?? 4)

let t: TestSite
let client: FhirClient

before(async () => {
  // Who serves Subscriptions writes into them how they stand: here they are only kept.
  t = await testSite({ role: 'bare', features: featuresOf('bare').filter((f) => f.name !== 'subscriptions') })
  client = await fhirClient(t)
})
after(() => t.close())

test('property: a resource of every type is read back byte for byte', async () => {
  await storePool(client)
  await roundTrips(client, EVERY_TYPE, RUNS, true)
})

test('property: a broken resource of every type is refused, and the broken place is named', () => refusals(client, EVERY_TYPE, RUNS))

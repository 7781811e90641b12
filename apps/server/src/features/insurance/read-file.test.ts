/** Large claim files wait for each other at one site, never for another site's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { claimFile, stay } from '@yba/people'
import { readFile } from './read-file.ts'

const large = (n: number): Buffer =>
  Buffer.concat([claimFile([stay(n, { kind: 'inpatient', facility: '24997' })]), Buffer.alloc(1_200_000, '\n')])

test('a site whose large files wait holds up itself alone, and is told so', async () => {
  const [flooded, calm] = [{}, {}]
  const other = Promise.withResolvers<void>()
  // The first of the flood is not done before the other site has read its own.
  const flood = Array.from({ length: 3 }, () => readFile(flooded, large(1), () => other.promise))
  await assert.rejects(
    readFile(flooded, large(1), async () => undefined),
    (e) => e instanceof OutcomeError && e.code === 'claim-readers-busy',
  )
  let records = 0
  await readFile(calm, large(2), async () => {
    records++
  })
  assert.equal(records, 1)
  other.resolve()
  assert.equal((await Promise.all(flood)).length, 3)
})

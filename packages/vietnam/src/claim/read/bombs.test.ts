/** Claim files built to exhaust a reader: each is read in a worker of bounded memory and ends with a name, soon. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { answersCases, boundedWorker } from '@yba/fhir/testing'
import { CLAIM_BOMBS } from '../../testing/index.ts'
import { readClaim } from './read.ts'

function outcome(name: string): string {
  const made = CLAIM_BOMBS[name]?.[0]() ?? ''
  try {
    const claim = readClaim(typeof made === 'string' ? Buffer.from(made) : made)
    return [...claim.findings, ...claim.records.flatMap((r) => r.findings)].map((f) => f.definition.code).join(' ') || 'read'
  } catch (error) {
    return error instanceof OutcomeError ? error.code : String(error)
  }
}

if (!answersCases(outcome)) {
  const reader = boundedWorker(import.meta.filename, 448)
  after(() => reader.stop())
  for (const [name, [, expected]] of Object.entries(CLAIM_BOMBS))
    test(`a claim bomb: ${name}`, async () => assert.match(await reader.ask(name), new RegExp(`(^| )(${expected})( |$)`)))
}

/** The page of outcomes for vendors is what the code says. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PAGE, printedPart, printOutcomes } from './print-outcomes.ts'

test('docs/integrators/outcomes.md is printed from the code (else: print-outcomes.ts --write)', () => {
  const printed = printOutcomes()
  assert.equal(printedPart(readFileSync(PAGE, 'utf8')), printed)
  // A chapter whose codes were renamed would be an empty table.
  for (const chapter of printed.split('## ').slice(1)) assert.match(chapter, /\n\| `[a-z0-9-]+` \|/)
})

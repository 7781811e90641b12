/** The page of outcomes for vendors is what the code says. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PAGE, printedPart, printOutcomes } from './print-outcomes.ts'

test('docs/integrators/outcomes.md is printed from the code (else: print-outcomes.ts --write)', () => {
  const printed = printOutcomes()
  const page = printedPart(readFileSync(PAGE, 'utf8')).split('\n')
  const differing = [...printed.split('\n').filter((line) => !page.includes(line)), ...page.filter((line) => !printed.includes(line))]
  assert.deepEqual(differing, [])
  assert.equal(page.join('\n'), printed, 'the lines stand in another order')
  // A chapter whose codes were renamed would be an empty table.
  for (const chapter of printed.split('## ').slice(1)) assert.match(chapter, /\n\| `[a-z0-9-]+` \|/)
})

/** The page of outcomes for vendors is what the code says. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** Told on a screen to a person who asks there, never in the answer to a file. */
const ON_SCREENS = ['channels-differ', 'channel-numbers']

test('whatever the code that judges files may say stands on the page', () => {
  const root = join(import.meta.dirname, '..')
  const files = globSync(['packages/vietnam/src/claim/**/*.ts', 'apps/server/src/features/insurance/**/*.ts'], { cwd: root })
  const codes = files
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/^(?: {2}code: |export const \w+ = define\()'([a-z0-9-]+)'/gm)])
    .map(([, code = '']) => code)
  assert.ok(codes.includes('receipt-unknown') && codes.includes('claim-malformed'))
  const page = printOutcomes()
  assert.deepEqual(
    codes.filter((code) => !ON_SCREENS.includes(code) && !page.includes(`| \`${code}\` |`)),
    [],
  )
})

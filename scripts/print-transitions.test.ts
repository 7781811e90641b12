/** docs/exchange.md says what the code does: its tables are printed from the code, its tests exist under their names. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PAGE, printedPart, printTransitions } from './print-transitions.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(PAGE, 'utf8')

test('the tables of docs/exchange.md are those of transitions.ts (else: print-transitions.ts --write)', () => {
  assert.equal(printedPart(page), printTransitions())
})

test('every test that docs/exchange.md names is there', () => {
  const named = [...page.matchAll(/`([\w/.-]+\.(?:test|slow)\.ts)`: “([^”]+)”/g)]
  assert.ok(named.length >= 12, `${named.length} tests are named`)
  for (const [, file = '', title = ''] of named) {
    const path = join(root, 'apps/server/src', file)
    assert.ok(existsSync(path), `${file} is gone`)
    assert.ok(readFileSync(path, 'utf8').includes(title), `${file} has no test “${title}”`)
  }
})

test('every numbered failure mode has a test in the first ring', () => {
  const modes = (text: string) => [...text.matchAll(/\bF\d+\b/g)].map(([mode]) => mode)
  const rows = page.split('\n').filter((line) => line.startsWith('| **'))
  const quick = new Set(rows.filter((row) => /\.test\.ts`: “/.test(row)).flatMap(modes))
  assert.deepEqual(
    rows.flatMap(modes).filter((mode) => !quick.has(mode)),
    [],
  )
})

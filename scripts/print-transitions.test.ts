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

/** Tests named in a text: file below `apps/server/src`, title. */
const namedIn = (text: string) =>
  [...text.matchAll(/`([\w/.-]+\.(?:test|slow)\.ts)`: “([^”]+)”/g)].map(([, file = '', title = '']) => ({
    file: join(root, 'apps/server/src', file),
    title,
  }))

test('every test that docs/exchange.md names is there', () => {
  const named = namedIn(page)
  assert.ok(named.length >= 12, `${named.length} tests are named`)
  for (const { file, title } of named) {
    assert.ok(existsSync(file), `${file} is gone`)
    assert.ok(readFileSync(file, 'utf8').includes(title), `${file} has no test “${title}”`)
  }
})

test('every numbered failure mode has a test in the first ring', () => {
  const modes = (text: string) => [...text.matchAll(/\bF\d+\b/g)].map(([mode]) => mode)
  const isQuick = ({ file, title }: { file: string; title: string }) =>
    file.endsWith('.test.ts') && !readFileSync(file, 'utf8').includes(`slow: ${title}`)
  const rows = page.split('\n').filter((line) => line.startsWith('| **'))
  const quick = new Set(rows.filter((row) => namedIn(row).some(isQuick)).flatMap(modes))
  assert.ok(quick.size >= 15, `${quick.size} modes`)
  assert.deepEqual(
    rows.flatMap(modes).filter((mode) => !quick.has(mode)),
    [],
  )
})

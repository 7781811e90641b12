/** Every part of Mantine on a screen brings its own style sheet: only those we use are loaded, and a forgotten one is seen by nobody but the person. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const SRC = join(import.meta.dirname, '..')
const SHEETS = join(dirname(createRequire(import.meta.url).resolve('@mantine/core/styles.css')), 'styles')
/** Parts that are drawn by another one. */
const DRAWN_BY: Record<string, string> = { Select: 'Combobox' }

test('no part of Mantine is used without its style sheet', () => {
  const [used, loaded] = [new Map<string, string>(), new Set<string>()]
  for (const file of globSync('**/*.{ts,tsx,css}', { cwd: SRC })) {
    const text = readFileSync(join(SRC, file), 'utf8')
    for (const [, sheet = ''] of text.matchAll(/@mantine\/core\/styles\/(\w+)\.css/g)) loaded.add(sheet)
    for (const [, names = ''] of text.matchAll(/(?:import|export) \{([^}]*)\} from '@mantine\/core'/g))
      for (const name of names.split(',').map((one) => one.trim())) used.set(DRAWN_BY[name] ?? name, file)
  }
  assert.ok(used.has('Button') && loaded.has('Button'), 'the search finds what is there')
  const bare = [...used].filter(([part]) => existsSync(join(SHEETS, `${part}.css`)) && !loaded.has(part))
  assert.deepEqual(bare, [])
})

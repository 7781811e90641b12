import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { thirdParty } from './third-party.ts'

test('THIRD-PARTY.md names what the lock file ships', () => {
  const root = join(import.meta.dirname, '..')
  assert.equal(readFileSync(join(root, 'THIRD-PARTY.md'), 'utf8'), thirdParty(root), 'run: node scripts/third-party.ts --write')
})

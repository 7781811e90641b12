import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { makeFolder } from './folder.ts'

const refused = (e: unknown): boolean => e instanceof OutcomeError && e.code === 'folder-not-writable'

test('a folder is made with all above it, again without a word; a file in its way is named', () => {
  const root = mkdtempSync(join(tmpdir(), 'yba-folder-'))
  try {
    for (let twice = 0; twice < 2; twice++) makeFolder(join(root, 'one/two/three'), 0o700)
    assert.equal(statSync(join(root, 'one/two/three')).mode & 0o777, 0o700)
    writeFileSync(join(root, 'paper'), 'mine')
    assert.throws(() => makeFolder(join(root, 'paper')), refused)
    assert.throws(() => makeFolder(join(root, 'paper/below')), refused)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

test('a folder under /proc is refused in one sentence with its cure, and at once', { skip: !existsSync('/proc/self') }, () => {
  assert.throws(() => makeFolder('/proc/yba/data'), refused)
  const cli = join(import.meta.dirname, '..', 'cli', 'yba.ts')
  const args = ['--disable-warning=ExperimentalWarning', cli, 'start', '--data', '/proc/yba/data', '--port', '18999', '--lang', 'en']
  // A start that hangs would be killed here and have said nothing.
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
  assert.equal(status, 1, stderr)
  assert.match(stderr, /The folder \/proc\/yba\/data cannot be written \(ENOENT\)/)
  assert.match(stderr, /choose another folder/)
})

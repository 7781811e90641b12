import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lockHolder, tryLock } from './lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'yba-lock-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a lock is held once, and taken over from the dead and from a stranger under the same number', () => {
  const file = join(folder, 'one.lock')
  const held = tryLock(file)
  assert.ok('release' in held)
  const second = tryLock(file)
  assert.ok(!('release' in second))
  assert.equal(second.pid, process.pid)
  held.release()
  assert.equal(lockHolder(file), undefined)

  const dead = spawnSync('true').pid
  writeFileSync(file, JSON.stringify({ pid: dead, identity: `${dead}@1` }))
  const after1 = tryLock(file)
  assert.ok('release' in after1)
  after1.release()

  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: `${process.pid}@1` }))
  const after2 = tryLock(file)
  assert.ok('release' in after2)
  after2.release()

  writeFileSync(file, '')
  assert.ok('release' in tryLock(file))
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { fileBlobs } from './index.ts'

const code = (expected: string) => (error: unknown) => error instanceof OutcomeError && error.code === expected
const files = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())

test('bytes come back as they went in, once, under their digest', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yba-blob-test-'))
  const blobs = fileBlobs(join(folder, 'new', 'blobs'))
  const bytes = Buffer.from('Giấy chuyển cơ sở KBCB')
  const [a, b] = await Promise.all([blobs.put(bytes), blobs.put(bytes)])
  assert.equal(a, createHash('sha256').update(bytes).digest('hex'))
  assert.equal(a, b)
  assert.deepEqual(await blobs.get(a), bytes)
  assert.equal(files(folder).length, 1)
  assert.equal(await blobs.has('0'.repeat(64)), false)
  await assert.rejects(blobs.get('0'.repeat(64)), code('blob-missing'))
  await assert.rejects(blobs.get('../../etc/passwd'), code('blob-missing'))
  rmSync(folder, { recursive: true })
})

test('damage is named on reading and healed by the same bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yba-blob-test-'))
  const blobs = fileBlobs(folder)
  const sha = await blobs.put(Buffer.from('abc'))
  const path = join(folder, sha.slice(0, 2), sha.slice(2, 4), sha)
  writeFileSync(path, 'abd')
  await assert.rejects(blobs.get(sha), code('blob-damaged'))
  truncateSync(path, 1)
  await assert.rejects(blobs.get(sha), code('blob-damaged'))
  assert.equal(await blobs.put(Buffer.from('abc')), sha)
  assert.equal((await blobs.get(sha)).toString(), 'abc')
  rmSync(folder, { recursive: true })
})

test('a writer killed at any moment leaves whole blobs or none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yba-blob-test-'))
  const script = `import { fileBlobs } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
    const blobs = fileBlobs(${JSON.stringify(folder)})
    for (let i = 0; ; i++) { await blobs.put(Buffer.alloc(300000, String(i))); process.stdout.write('.') }`
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    let dots = 0
    await new Promise<void>((done) => {
      child.stdout.on('data', (d: Buffer) => {
        dots += d.length
        if (dots >= 2 + round) child.kill('SIGKILL')
      })
      child.on('exit', () => done())
    })
  }
  const whole = files(folder).filter((f) => !f.name.endsWith('.tmp'))
  assert.ok(whole.length >= 2)
  for (const f of whole)
    assert.equal(
      createHash('sha256')
        .update(readFileSync(join(f.parentPath, f.name)))
        .digest('hex'),
      f.name,
    )
  rmSync(folder, { recursive: true })
})

test('bytes put a moment ago may be had as they came; who does not ask for that reads the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yba-blob-test-'))
  const blobs = fileBlobs(folder)
  const sha = await blobs.put(Buffer.from('a moment ago'))
  rmSync(join(folder, sha.slice(0, 2), sha.slice(2, 4), sha))
  const had = await blobs.get(sha, { recent: true })
  assert.equal(had.toString(), 'a moment ago')
  had.fill(0)
  assert.equal((await blobs.get(sha, { recent: true })).toString(), 'a moment ago', 'each reader has bytes of its own')
  assert.equal(await blobs.has(sha, { recent: true }), true)
  assert.equal(await blobs.has(sha), false)
  await assert.rejects(blobs.get(sha), code('blob-missing'))
  // Put again it is on disk again, whatever is remembered of it.
  await blobs.put(Buffer.from('a moment ago'))
  assert.equal((await blobs.get(sha)).toString(), 'a moment ago')
  rmSync(folder, { recursive: true })
})

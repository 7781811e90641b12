/** A backup there and back in the small; under writers, kills and to a second of the past: `backup.slow.ts`. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { emptyFolder } from '../layout.ts'
import { openProvince, type Province } from '../province.ts'
import { backup } from './backup.ts'
import { drill } from './drill.ts'
import type { Manifest } from './manifest.ts'
import { differencesOf, restore } from './restore.ts'

const root = mkdtempSync(join(tmpdir(), 'yba-backup-'))
const [data, to, restored] = ['data', 'backup', 'restored'].map((name) => join(root, name)) as [string, string, string]
let province: Province
before(async () => {
  province = await openProvince({ dataDir: data, port: 'random', sites: ['luc-nam'] })
})
after(async () => {
  await province.stop()
  for (const folder of [data, restored]) emptyFolder(folder)
  rmSync(root, { recursive: true, force: true })
})

let made: Manifest
test('a backup is drilled and restored without a difference, in a new epoch', async () => {
  made = await backup({ data, to })
  assert.ok((made.sites[0]?.tables.res?.rows ?? 0) > 0, 'there was something to keep')
  const report = await drill({ from: to })
  assert.deepEqual([report.ok, report.differences], [true, []])
  const found = await restore({ from: to, data: restored })
  assert.deepEqual([found.differences, found.epochs], [[], { 'luc-nam': 2 }])
})

test('a difference of one row, one log position or one seal is seen', () => {
  const site = made.sites[0]
  assert.ok(site)
  const event = site.tables.event ?? { rows: 0, digest: '' }
  const changed = (part: object) => differencesOf([site], [{ ...site, ...part }])
  assert.deepEqual(changed({}), [])
  assert.deepEqual(changed({ tables: { ...site.tables, event: { ...event, digest: `1${event.digest}` } } }), [`${site.name}.event`])
  assert.deepEqual(changed({ tables: { ...site.tables, event: { ...event, rows: event.rows + 1 } } }), [`${site.name}.event`])
  assert.deepEqual(changed({ log: '9.9' }), [`${site.name}.log or seals`])
})

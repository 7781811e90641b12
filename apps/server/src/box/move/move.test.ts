import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { newMasterKey } from '@yba/signing'
import { type TestDatabase, testDatabase } from '../../testing/database.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { assertOneEffect, closeLoop, signSlip, transition, until, writeOutcome } from '../../testing/referral.ts'
import { type Exported, exportSite } from './export.ts'
import { importSite } from './import.ts'

const root = mkdtempSync(join(tmpdir(), 'yba-move-'))
const to = join(root, 'export')
const code = (expected: string) => (error: unknown) => error instanceof OutcomeError && error.code === expected
let p: TestProvince
const databases: TestDatabase[] = []
before(async () => {
  p = await testProvince()
})
after(async () => {
  await p.close()
  for (const one of databases) await one.drop()
  rmSync(root, { recursive: true, force: true })
})

async function emptyPlace(name: string) {
  const database = await testDatabase()
  databases.push(database)
  return { ...p.receiver.settings, database: database.url, folder: join(root, name) }
}

let made: Exported
let number: string

test('a site moved in the middle of a referral goes on with it, every table equal', async () => {
  const [slip, waiting] = [await p.slip(p.sender, 71), await p.slip(p.sender, 72)]
  number = slip.number
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, number, 'delivered')
  assert.equal((await transition(await p.receiver.at('vanthu'), there, 'accept')).status, 200)
  await until(p.receiver, number, 'accepted')
  await p.receiver.site.store.audit.seal()
  await p.receiver.close()
  // The hub goes on while the site is on its way.
  await signSlip(p.sender, waiting.id)
  made = await exportSite(p.receiver.settings, to)
  assert.equal(readFileSync(join(to, 'keys.sealed'), 'utf8').includes('master'), false)
  const settings = await emptyPlace('new')
  const { epoch } = await importSite({ from: to, settings, transferKey: made.transferKey })
  assert.equal(epoch, 2)
  Object.assign(p.receiver.settings, settings)
  await p.receiver.open()
  const { sql } = p.receiver.site.store
  assert.equal((await p.receiver.site.store.audit.verify()).ok, true)
  await until(p.receiver, waiting.number, 'delivered')
  const reception = await p.receiver.at('tiepdon')
  assert.equal((await transition(reception, there, 'arrive')).status, 200)
  await until(p.receiver, number, 'arrived')
  assert.equal((await transition(await p.receiver.at('bs.mot'), there, 'start-care')).status, 200)
  await writeOutcome(p.receiver, there)
  await until(p.sender, number, 'completed')
  await until(p.receiver, number, 'completed')
  await assertOneEffect(
    [p.hub, p.sender].map((n) => ({ sql: n.sql, name: n.settings.name })).concat({ sql, name: 'moved' }),
    '24997',
    number,
  )
  await closeLoop(p.receiver, await until(p.receiver, waiting.number, 'delivered'))
  await until(p.sender, waiting.number, 'completed')
})

test('each refusal of an import has its name and leaves an empty place empty', async () => {
  const settings = await emptyPlace('refused')
  const refused = (expected: string, more: object = {}) =>
    assert.rejects(importSite({ from: to, settings, transferKey: made.transferKey, ...more }), code(expected), expected)
  await refused('key-unwrap-failed', { transferKey: newMasterKey().toString('base64') })
  await refused('export-other-site', { settings: { ...settings, facility: { ...settings.facility, code: '24998' } } })
  await refused('backup-not-found', { from: root })
  await refused('site-not-empty', { settings: { ...p.receiver.settings, folder: settings.folder } })
  await refused('site-not-empty', { settings: { ...settings, folder: p.receiver.settings.folder } })
  await assert.rejects(exportSite(p.receiver.settings, to), code('folder-not-empty'))
  const file = join(to, 'tables', 'res.ndjson')
  const bytes = readFileSync(file)
  appendFileSync(file, '{}\n')
  await refused('backup-damaged')
  writeFileSync(file, bytes)
  assert.equal(existsSync(settings.folder), false)
  const manifest = join(to, 'manifest.json')
  const whole = readFileSync(manifest, 'utf8')
  const digest = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')
  const says = (text: string) => {
    writeFileSync(manifest, text)
    writeFileSync(join(to, 'manifest.sha256'), digest(text))
  }
  says(whole.replace('"name": "store/001"', '"name": "store/000"'))
  await refused('export-other-layout')
  // The same row in other words loads, but does not read back as it was written.
  const words = Buffer.from(bytes.toString('utf8').replace('{"rid":', '{ "rid":'))
  writeFileSync(file, words)
  const sum = digest(bytes)
  says(whole.replaceAll(sum, digest(words)).replace(`"bytes": ${bytes.length},`, `"bytes": ${words.length},`))
  await refused('import-differs')
  assert.equal(existsSync(join(settings.folder, 'keys')), false)
  writeFileSync(file, bytes)
  says(whole)
  await importSite({ from: to, settings, transferKey: made.transferKey })
})

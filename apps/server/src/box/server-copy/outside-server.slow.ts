import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { OutcomeError } from '@yba/fhir'
import { type TestDatabase, testDatabase } from '../../testing/database.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { signSlip, until } from '../../testing/referral.ts'
import { drillSite } from '../backup/drill-site.ts'
import { exportSite } from '../move/export.ts'
import { importSite } from '../move/import.ts'
import { type Postgres, startPostgres, stopPostgres } from '../postgres.ts'
import { createRole, withClient } from '../postgres-databases.ts'
import { preparePostgresHome } from '../postgres-home.ts'
import { installedVersion } from '../postgres-installed.ts'
import { copyServer, followServer } from './copy.ts'
import { siteAt } from './time-travel.ts'

const older = installedVersion(15)
const skip = older ? false : 'PostgreSQL 15 is not installed here'
const root = mkdtempSync(join(tmpdir(), 'yba-outside-'))
const code = (expected: string) => (error: unknown) => error instanceof OutcomeError && error.code === expected
const dataDir = join(root, 'server')
const backup = join(root, 'backup')
let p: TestProvince
let server: Postgres
const databases: TestDatabase[] = []

before(async () => {
  if (!older) return
  p = await testProvince()
  server = await startPostgres({
    dataDir,
    programs: older.programs,
    durable: false,
    settings: { max_wal_senders: '6', max_replication_slots: '4' },
  })
})
after(async () => {
  if (!older) return
  await p.close()
  for (const one of databases) await one.drop()
  await stopPostgres(dataDir)
  rmSync(preparePostgresHome(dataDir, older.programs).state, { recursive: true, force: true })
  rmSync(root, { recursive: true, force: true })
})

/** An empty database of an ordinary account on the outside server. */
async function outsidePlace(name: string) {
  const password = randomBytes(12).toString('hex')
  await createRole(server.superuserUrl, name, password)
  await server.createDatabase(name, { owner: name })
  const database = `postgres://${name}:${password}@127.0.0.1:${server.port}/${name}`
  return { ...p.sender.settings, database, folder: join(root, name) }
}

test('a site is backed up with its keys, drilled without its server, and restored to an outside PostgreSQL 15 where it works on', {
  skip,
}, async () => {
  const slip = await p.slip(p.sender, 81)
  await p.sender.site.store.audit.seal()
  await p.sender.close()
  const said: string[] = []
  const { note, transferKey } = await exportSite(p.sender.settings, backup, { keys: 'beside', say: (line) => said.push(line) })
  assert.equal(transferKey, '')
  assert.ok(said.some((line) => /\d+ tables, \d+ rows/.test(line)))
  const report = await drillSite({ from: backup })
  assert.equal(report.ok, true, JSON.stringify(report))
  assert.equal(
    report.sites[0]?.rows,
    note.tables.reduce((sum, one) => sum + one.rows, 0),
  )
  assert.ok(report.sites[0]?.blobs.named)
  assert.deepEqual(
    readdirSync(root)
      .filter((name) => name.startsWith('backup'))
      .sort(),
    ['backup', 'backup.drill.json', 'backup.drill.txt'],
  )
  const settings = await outsidePlace('yba_restored')
  await importSite({ from: backup, settings })
  Object.assign(p.sender.settings, settings)
  await p.sender.open()
  const version = await p.sender.site.store.sql<{ n: string }>(`select current_setting('server_version_num') as n`)
  assert.equal(version[0]?.n.slice(0, 2), '15')
  assert.equal((await p.sender.site.store.audit.verify()).ok, true)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
})

test('one second before a mistake on the outside server, its site is brought back and its threads go on', { skip }, async () => {
  const stop = new AbortController()
  const log = join(root, 'log')
  const following = followServer(server.superuserUrl, log, { slot: 'yba_follow', signal: stop.signal })
  const streaming = (more: string) =>
    withClient(
      server.superuserUrl,
      async (c) => (await c.query(`select 1 from pg_stat_replication where application_name = 'pg_receivewal' ${more}`)).rowCount,
    )
  try {
    for (let i = 0; i < 300 && !(await streaming('')); i++) await sleep(50)
    await copyServer(server.superuserUrl, join(root, 'copy'))
    await assert.rejects(copyServer(server.superuserUrl, join(root, 'copy')), code('folder-not-empty'))
    const later = await p.slip(p.sender, 82)
    await p.sender.site.store.audit.seal()
    await p.sender.close()
    const count = async () =>
      Number((await withClient(p.sender.settings.database, (c) => c.query('select count(*) as n from res'))).rows[0].n)
    const had = await count()
    await sleep(1100)
    const mistake = await withClient(p.sender.settings.database, (c) =>
      c.query(`with gone as (delete from res returning 1) select clock_timestamp() as at, count(*) as n from gone`),
    )
    assert.equal(await count(), 0)
    for (let i = 0; i < 300 && !(await streaming('and flush_lsn >= pg_current_wal_lsn()')); i++) await sleep(50)
    const database = await testDatabase()
    databases.push(database)
    const into = { ...p.sender.settings, database: database.url, folder: join(root, 'earlier') }
    const asked = { copy: join(root, 'copy'), log, site: p.sender.settings, into }
    const at = (ms: number) => new Date(mistake.rows[0].at.getTime() + ms).toISOString()
    await assert.rejects(siteAt({ ...asked, toTime: 'hôm qua' }), code('restore-time-unreadable'))
    await assert.rejects(siteAt({ ...asked, toTime: '2001-01-01T00:00:00Z' }), code('restore-time-not-covered'))
    await assert.rejects(siteAt({ ...asked, toTime: at(3_600_000) }), code('restore-time-not-covered'))
    await assert.rejects(siteAt({ ...asked, copy: root, toTime: at(-1000) }), code('backup-not-found'))
    const { epoch } = await siteAt({ ...asked, toTime: at(-1000) })
    assert.equal(epoch, 3)
    Object.assign(p.sender.settings, into)
    await p.sender.open()
    assert.equal(await count(), had)
    assert.equal((await p.sender.site.store.audit.verify()).ok, true)
    await signSlip(p.sender, later.id)
    await until(p.receiver, later.number, 'delivered')
  } finally {
    stop.abort()
    await following
  }
})

test('each refusal of a site backup has its name and leaves no half-made place', { skip }, async () => {
  const settings = await outsidePlace('yba_refused')
  const from = join(root, 'broken')
  await exportSite(p.sender.settings, from, { keys: 'beside' })
  const refused = (expected: string) => assert.rejects(importSite({ from, settings }), code(expected), expected)
  const manifest = join(from, 'manifest.json')
  const text = readFileSync(manifest, 'utf8')
  writeFileSync(manifest, text.replace('"format": 1', '"format": 7'))
  await refused('backup-damaged')
  writeFileSync(manifest, text)
  process.env.YBA_MASTER_KEY = randomBytes(32).toString('base64')
  try {
    await refused('key-unwrap-failed')
  } finally {
    delete process.env.YBA_MASTER_KEY
  }
  assert.deepEqual(readdirSync(settings.folder), [])
  await assert.rejects(copyServer(settings.database, join(root, 'no-right')), code('server-copy-failed'))
  assert.equal(
    readdirSync(root).some((name) => name.startsWith('no-right')),
    false,
  )
  await importSite({ from, settings })
})

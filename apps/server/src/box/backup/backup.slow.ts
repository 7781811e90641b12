import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { OutcomeError } from '@yba/fhir'
import { random } from '@yba/people'
import type pg from 'pg'
import { systemCaller } from '../../access/index.ts'
import type { GivenSettings } from '../../settings.ts'
import { openStore } from '../../store/index.ts'
import { emptyFolder, layout, readJsonFile } from '../layout.ts'
import { withClient } from '../postgres-databases.ts'
import { openProvince, type Province } from '../province.ts'
import { backup } from './backup.ts'
import { drill } from './drill.ts'
import type { Manifest } from './manifest.ts'
import { gentle } from './pace.ts'
import { restore } from './restore.ts'
import { siteDatabases } from './source.ts'
import { measureSite } from './tables.ts'

const root = mkdtempSync(join(tmpdir(), 'yba-backup-'))
const dataDir = join(root, 'data')
const SITES = ['hub', 'luc-nam']
const code = (expected: string) => (error: unknown) => error instanceof OutcomeError && error.code === expected
const CLI = join(import.meta.dirname, '..', '..', 'cli', 'yba.ts')

let province: Province
const extra: Province[] = []
before(async () => {
  province = await openProvince({ dataDir, port: 'random', sites: SITES })
})
after(async () => {
  for (const one of [...extra, province]) await one.stop()
  for (const name of readdirSync(root)) if (existsSync(join(root, name, 'postgres'))) emptyFolder(join(root, name))
  rmSync(root, { recursive: true, force: true })
})

const urlOf = (name: string) => siteDatabases(dataDir, province.postgres).find((site) => site.name === name)?.url ?? ''
const sql = <R extends pg.QueryResultRow>(name: string, text: string, values: unknown[] = []) =>
  withClient(urlOf(name), async (client) => (await client.query<R>(text, values)).rows)

/** Writers at both sites in transactions over several tables, until stopped; gives how many committed. */
function writers(seed: number): { stop(): Promise<number> } {
  const ending = new AbortController()
  let done = 0
  const run = async (site: string, lane: number) => {
    const r = random(seed, `${site} ${lane}`)
    await withClient(urlOf(site), async (client) => {
      while (!ending.signal.aborted) {
        await client.query('begin')
        for (let i = r.int(1, 4); i > 0; i--) {
          const text = `ghi ${r.int(0, 1e9)} ${'ệ'.repeat(r.int(0, 3000))}`
          await client.query(`insert into event (at, kind, thread, payload, by) values (now(), 'thu', $1, $2, 'thu')`, [
            `t${lane}`,
            JSON.stringify({ text }),
          ])
        }
        // One row only: two rows in any order would be a knot of the writers' own making.
        await client.query(`update care set ends = now() where ctid in (select ctid from care order by random() limit 1)`)
        await client.query(r.int(0, 5) === 0 ? 'rollback' : 'commit')
        done++
        await sleep(r.int(0, 8))
      }
    })
  }
  const all = SITES.flatMap((site) => [run(site, 1), run(site, 2)])
  return {
    async stop() {
      ending.abort()
      await Promise.all(all)
      return done
    },
  }
}

/** A login is recorded and sealed; gives the verdict on all seals. */
async function sealed(url: string, folder: string, record: boolean) {
  const store = await openStore({
    url,
    siteKey: Buffer.alloc(32),
    clock: { now: () => new Date() },
    blobFolder: join(folder, 'blobs'),
    witnessFile: join(folder, 'audit-seals.txt'),
    sealEveryMs: 0,
  })
  try {
    if (record) await store.audit.record(systemCaller('thu', '24998'), { action: 'login', outcome: 'ok' })
    for (let i = 0, done = !record; i < 200 && !done; i++) {
      done = (await store.audit.seal()).sealed > 0
      if (!done) await sleep(20)
    }
    return await store.audit.verify()
  } finally {
    await store.close()
  }
}

let first: Manifest
/** On the audit as it was at the backup. */
let verdict: Awaited<ReturnType<typeof sealed>>

test('a backup taken while everybody writes restores to the very instant its manifest measured, and the drill says so', async () => {
  const seed = Date.now() % 2 ** 31
  verdict = await sealed(urlOf('luc-nam'), layout.site(dataDir, 'luc-nam'), true)
  // The site's own sealer may have sealed the demo records before us: what counts is what comes on top.
  assert.equal(verdict.ok, true)
  assert.ok(verdict.seals >= 1)
  const busy = writers(seed)
  try {
    // In many small parts: what the drill measures at once must be the same.
    first = await backup({ data: dataDir, to: join(root, 'one'), pace: { ...gentle(0.8), pages: 40 } })
  } finally {
    assert.ok((await busy.stop()) > 20, `writers of seed ${seed}`)
  }
  for (const name of SITES)
    assert.equal(readJsonFile<{ at: string }>(join(layout.site(dataDir, name), 'last-backup.json'))?.at, first.madeAt, 'shown to people')
  const events = first.sites.find((site) => site.name === 'luc-nam')?.tables.event?.rows ?? 0
  const [now] = await sql<{ n: number }>('luc-nam', 'select count(*)::int as n from event')
  assert.ok(events > 5 && events <= (now?.n ?? 0), `${events} of ${now?.n}`)
  const report = await drill({ from: join(root, 'one') })
  assert.deepEqual(report.differences, [], `seed ${seed}`)
  assert.equal(report.ok, true, JSON.stringify(report))
  const lucNam = report.sites.find((site) => site.name === 'luc-nam')
  assert.ok(lucNam?.blobs.named)
  assert.deepEqual(lucNam.audit, verdict)
  assert.deepEqual(readdirSync(root).sort(), ['data', 'one', 'one.drill.json', 'one.drill.txt'])
})

test('one changed character in any kind of table changes its measure, and changing it back restores it', async () => {
  const site = siteDatabases(dataDir, province.postgres).find((one) => one.name === 'luc-nam')
  assert.ok(site)
  const cases = { res: 'content', uniq: 'value', event: 'payload', audit: 'request', app_user: 'name', claim_record: 'ma_lk' }
  const measured = async (table: string) => (await measureSite(site)).tables[table]
  for (const [table, column] of Object.entries(cases)) {
    const before = await measured(table)
    const [row] = await sql<{ ctid: string }>(
      'luc-nam',
      `update ${table} set ${column} = ${column} || '.' where ctid = (select min(ctid) from ${table}) returning ctid::text`,
    )
    assert.ok(row, table)
    assert.notDeepEqual(await measured(table), before, table)
    await sql('luc-nam', `update ${table} set ${column} = left(${column}, -1) where ctid = $1::tid`, [row.ctid])
    assert.deepEqual(await measured(table), before, table)
  }
})

test('kill -9 in the middle leaves no half backup, a province at work, and the next backup clears up', async () => {
  const to = join(root, 'killed')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, 'backup', '--data', dataDir, '--to', to], {
    stdio: 'ignore',
  })
  const aside = `${to}.writing-${child.pid}`
  for (let i = 0; i < 3000 && !existsSync(join(aside, 'cluster', 'base')); i++) await sleep(5)
  child.kill('SIGKILL')
  await new Promise((done) => child.once('exit', done))
  assert.ok(existsSync(aside) && !existsSync(to))
  await assert.rejects(restore({ from: aside, data: join(root, 'never') }), code('backup-not-found'))
  assert.equal(existsSync(join(root, 'never')), false)
  assert.equal((await sql('hub', 'select 1 from care limit 0')).length, 0)
  await backup({ data: dataDir, to })
  assert.ok(existsSync(join(to, 'manifest.json')) && !existsSync(aside))
  for (let i = 0; i < 100 && (await sql('hub', 'select 1 from pg_replication_slots')).length > 0; i++) await sleep(50)
  assert.deepEqual(await sql('hub', 'select slot_name from pg_replication_slots'), [])
})

test('kill -9 in the middle of a restore leaves a folder no box opens; the next restore clears it', async () => {
  const data = join(root, 'half')
  const words = ['--disable-warning=ExperimentalWarning', CLI, 'restore', '--from', join(root, 'killed'), '--data', data]
  const child = spawn(process.execPath, words, { stdio: 'ignore' })
  for (let i = 0; i < 3000 && !existsSync(join(data, 'postgres')); i++) await sleep(5)
  child.kill('SIGKILL')
  await new Promise((done) => child.once('exit', done))
  assert.ok(existsSync(join(data, 'restoring.json')))
  await assert.rejects(openProvince({ dataDir: data, port: 'random' }), code('not-a-province'))
  assert.deepEqual((await restore({ from: join(root, 'killed'), data })).differences, [])
  assert.equal(existsSync(join(data, 'restoring.json')), false)
})

test('restored to one second before a deletion, the province opens in a new epoch with its audit whole', async () => {
  const count = async () => (await sql<{ n: number }>('luc-nam', 'select count(*)::int as n from res'))[0]?.n ?? 0
  await sql('luc-nam', `insert into event (at, kind, thread, payload, by) values (now(), 'sau-sao-luu', 't', '{}', 'thu')`)
  const had = await count()
  assert.ok(had > 20)
  await sleep(1100)
  const [deleted] = await sql<{ at: Date }>(
    'luc-nam',
    `with gone as (delete from res returning 1) select clock_timestamp() as at, count(*) from gone`,
  )
  assert.equal(await count(), 0)
  // A seal the restored database will not know.
  const known = (await sealed(urlOf('luc-nam'), layout.site(dataDir, 'luc-nam'), true)).seals
  const at = new Date((deleted?.at.getTime() ?? 0) - 1000).toISOString()
  const later = join(root, 'later')
  const restored = await restore({ from: join(root, 'one'), data: later, toTime: at })
  const lucNam = restored.sites.find((site) => site.name === 'luc-nam')
  assert.equal(lucNam?.tables.res?.rows, had)
  // Each site seals by itself too, here and there: what counts is that the seal after the deletion is not among them.
  const seals = lucNam?.seal?.n ?? 0
  assert.ok(seals >= verdict.seals && seals < known, `${verdict.seals} <= ${seals} < ${known}`)
  assert.deepEqual(restored.epochs, { hub: 2, 'luc-nam': 2 })
  for (const name of SITES) {
    // Before the first start: a command on the restored place must not reach the old one.
    assert.equal(readJsonFile<GivenSettings>(layout.settings(later, name))?.folder, layout.site(later, name))
  }
  const again = await openProvince({ dataDir: later, port: 'random', sites: SITES })
  extra.push(again)
  const url = siteDatabases(later, again.postgres).find((site) => site.name === 'luc-nam')?.url ?? ''
  const kept = await withClient(url, async (c) => (await c.query(`select epoch, n from event where kind = 'sau-sao-luu'`)).rows)
  assert.equal(kept.length, 1)
  const folder = layout.site(later, 'luc-nam')
  const opened = await sealed(url, folder, false)
  assert.ok(opened.ok && opened.seals >= seals)
  const after = await sealed(url, folder, true)
  assert.ok(after.ok && after.seals > opened.seals)
  assert.ok(readFileSync(join(folder, 'audit-seals.before-restore.txt'), 'utf8').trim().split('\n').length >= known)
  for (const site of again.sites) assert.ok((await fetch(`${site.settings.baseUrl}/healthz`)).ok)
  await assert.rejects(restore({ from: join(root, 'one'), data: later }), code('folder-not-empty'))
})

test('each refusal of a restore has its name and leaves the folder as it was', async () => {
  const from = join(root, 'one')
  const into = join(root, 'refused')
  const refused = (expected: string, toTime?: string) =>
    assert.rejects(restore({ from, data: into, ...(toTime ? { toTime } : {}) }), code(expected), expected)
  await refused('restore-time-unreadable', 'hôm qua')
  await refused('restore-time-not-covered', '2001-01-01T00:00:00Z')
  await refused('restore-time-not-covered', new Date(Date.now() + 3_600_000).toISOString())
  const file = join(from, first.files.find((one) => one.path.includes('/blobs/'))?.path ?? '')
  const bytes = readFileSync(file)
  writeFileSync(file, Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]))
  await refused('backup-damaged')
  rmSync(file)
  await refused('backup-file-missing')
  writeFileSync(file, bytes)
  const manifest = join(from, 'manifest.json')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"format": 1', '"format": 9'))
  await refused('backup-damaged')
  const other = readFileSync(manifest)
  const digest = join(from, 'manifest.sha256')
  const right = readFileSync(digest)
  writeFileSync(digest, createHash('sha256').update(other).digest('hex'))
  await refused('backup-wrong-version')
  writeFileSync(manifest, other.toString().replace('"format": 9', '"format": 1'))
  writeFileSync(digest, right)
  assert.deepEqual(existsSync(into) ? readdirSync(into) : [], [])
  await assert.rejects(backup({ data: dataDir, to: from }), code('folder-not-empty'))
  await assert.rejects(backup({ data: join(root, 'nothing'), to: join(root, 'x') }), code('box-not-running'))
  assert.ok(existsSync(layout.note(dataDir)))
})

test('a writer who never lets go is left alone: the backup ends by name and leaves nothing', async () => {
  const to = join(root, 'never-quiet')
  await withClient(urlOf('hub'), async (client) => {
    await client.query('begin')
    await client.query(`insert into event (at, kind, thread, payload, by) values (now(), 'lau', 't', '{}', 'thu')`)
    await assert.rejects(backup({ data: dataDir, to, attempts: 2 }), code('backup-no-quiet-moment'))
    await client.query('commit')
  })
  assert.deepEqual(
    readdirSync(root).filter((name) => name.startsWith('never-quiet')),
    [],
  )
  assert.equal((await sql('hub', `select 1 from event where kind = 'lau'`)).length, 1)
})

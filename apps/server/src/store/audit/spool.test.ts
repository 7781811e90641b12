/** Emergency reads while the audit cannot be written: kept before they are shown, replayed once, whoever dies when. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { type FhirResource, openPool, openStore, type StoreRoot } from '../index.ts'
import { EVERYTHING, type TestStore, testCaller, testStore } from '../testing.ts'
import { openSpool } from './spool.ts'

let t: TestStore
let folder = ''
let patients: string[] = []
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yba-spool-'))
  t = await testStore({ spoolFolder: folder })
  const made = await t.root.as(testCaller()).transact((tx) =>
    tx.write(
      ['Lò Thị Ứng', 'Vi Văn Ẩn'].map((text) => ({
        kind: 'create',
        resource: { resourceType: 'Patient', name: [{ text }] } as unknown as FhirResource,
      })),
    ),
  )
  patients = made.map((m) => m.id)
})
after(async () => {
  await t.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** New connections of the database take no rows, or take them again. */
async function readOnly(on: boolean): Promise<void> {
  const { pool, name } = t.database
  await pool.query(`set default_transaction_read_only = off`)
  await pool.query(`alter database "${name}" set default_transaction_read_only = ${on ? 'on' : 'off'}`)
  await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()', [name])
  await new Promise((done) => setTimeout(done, 100))
}

const doctor = testCaller({ id: 'bs.truc', requestId: 'q1', grants: [{ ...EVERYTHING, scope: 'relation' }] })
const refused = (code: string) => (e: unknown) => e instanceof OutcomeError && e.code === code
const rows = async () =>
  (
    await t.database.pool.query<{ request: string; action: string }>(
      `select request, action from audit where detail = 'spool' order by seq`,
    )
  ).rows
const reopened = (): Promise<StoreRoot> =>
  openStore({
    url: t.database.url,
    siteKey: Buffer.alloc(32, 7),
    clock: t.clock,
    blobFolder: t.blobFolder,
    spoolFolder: folder,
    sealEveryMs: 0,
  })

test('while the database takes no rows nothing is read but the record opened in an emergency; all of it is in the audit afterwards, once, in its order', async () => {
  const [mine = '', other = ''] = patients
  await readOnly(true)
  await assert.rejects(t.root.as(testCaller()).read('Patient', mine), refused('audit-unavailable'))
  await assert.rejects(t.root.as(doctor).read('Patient', mine), refused('audit-unavailable'))
  const before = Date.now()
  await t.root.audit.breakGlass(doctor, mine)
  assert.equal((await t.root.as(doctor).read('Patient', mine)).id, mine)
  await t.root.as({ ...doctor, requestId: 'q2' }).everything(mine)
  await assert.rejects(t.root.as(doctor).read('Patient', other), refused('audit-unavailable'))
  await assert.rejects(t.root.as({ ...doctor, id: 'bs.khac' }).read('Patient', mine), refused('audit-unavailable'))
  const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  assert.ok(kept.length === 1 && !kept[0]?.includes('bs.truc'), 'wrapped')
  await assert.rejects(t.root.audit.replay())
  await readOnly(false)
  assert.equal(await t.root.audit.replay(), 3)
  assert.equal(await t.root.audit.replay(), 0)
  assert.deepEqual(readdirSync(folder), [])
  assert.deepEqual(
    (await rows()).map((r) => `${r.action} ${r.request}`),
    ['break-glass q1', 'read q1', 'everything q2'],
  )
  const listed = (await t.root.audit.list({ patient: mine, limit: 10 })).filter((r) => r.spooled)
  assert.equal(listed.length, 3)
  assert.ok(listed.every((r) => r.at.getTime() >= before && r.at.getTime() <= Date.now()))
})

test('kill -9 in the midst of emergency reads: every read that was shown is in the audit once', { timeout: 60_000 }, async () => {
  const [mine = ''] = patients
  await t.database.pool.query('delete from audit')
  await readOnly(true)
  const script = join(import.meta.dirname, '../../testing/spool-reader.ts')
  const child = fork(script, [t.database.url, folder, mine], { execArgv: ['--disable-warning=ExperimentalWarning'] })
  const shown: string[] = []
  child.on('message', (m) => shown.push(String(m)))
  while (shown.length < 25) await new Promise((done) => setTimeout(done, 10))
  child.kill('SIGKILL')
  await once(child, 'exit')
  const [file = ''] = readdirSync(folder)
  // A death in the middle of a line leaves half of it.
  appendFileSync(join(folder, file), 'AAAA')
  await readOnly(false)
  const root = await reopened()
  await root.close()
  const replayed = (await rows()).map((r) => r.request)
  assert.equal(new Set(replayed).size, replayed.length)
  for (const one of shown) assert.ok(replayed.includes(one), one)
  assert.deepEqual(readdirSync(folder), [])
})

test('a death between the commit of the replay and the removal of the file writes nothing twice; a changed line ends the file and is told', async () => {
  await t.database.pool.query('delete from audit')
  const told: string[] = []
  const pool = openPool(t.database.url, 2)
  const spool = (beforeRemoval?: () => void) =>
    openSpool({
      pool,
      folder,
      key: Buffer.alloc(32, 1),
      epoch: 1,
      now: () => new Date(),
      warn: (what) => told.push(what),
      ...(beforeRemoval ? { beforeRemoval } : {}),
    })
  const line = (n: number) => ({ caller: { ...doctor, requestId: `n${n}` }, at: new Date(), action: 'read', pats: ['1'], outcome: 'ok' })
  const dying = spool(() => {
    throw new Error('killed')
  })
  await dying.keep([line(1), line(2)])
  await assert.rejects(dying.replay(), /killed/)
  assert.equal(readdirSync(folder).length, 1)
  assert.equal(await spool().replay(), 0)
  assert.deepEqual(
    (await rows()).map((r) => r.request),
    ['n1', 'n2'],
  )
  assert.deepEqual(readdirSync(folder), [])

  const changed = spool()
  await changed.keep([line(3), line(4), line(5)])
  const [file = ''] = readdirSync(folder)
  const lines = readFileSync(join(folder, file), 'utf8').split('\n')
  // The middle one taken out: what follows does not follow.
  writeFileSync(join(folder, file), [lines[0], lines[2], ''].join('\n'))
  assert.equal(await changed.replay(), 1)
  assert.deepEqual(told, ['the audit spool was changed'])
  assert.deepEqual(readdirSync(folder), [`${file}.changed`], 'kept for whoever looks into it')
  await pool.end()
})

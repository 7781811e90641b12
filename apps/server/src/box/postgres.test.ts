import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { freePort, type Postgres, startPostgres, stopPostgres } from './postgres.ts'
import { withClient } from './postgres-databases.ts'
import { waitUntilGone } from './process.ts'

const root = mkdtempSync(join(tmpdir(), 'yba-postgres-'))
const dataDir = join(root, 'postgres')
after(async () => {
  await stopPostgres(dataDir)
  const state = stateOf(dataDir)
  rmSync(root, { recursive: true, force: true })
  if (state !== dataDir) rmSync(state, { recursive: true, force: true })
})

/** Under root the data lie where the database's account reaches them: mkdtemp folders are 0700. */
function stateOf(data: string): string {
  const pointer = join(data, 'where.json')
  return existsSync(pointer) ? (JSON.parse(readFileSync(pointer, 'utf8')) as { state: string }).state : data
}

const code = (expected: string) => (error: unknown) => error instanceof OutcomeError && error.code === expected
const write = (server: Postgres, n: number) =>
  withClient(server.url('kept'), (client) => client.query('insert into committed values ($1)', [n]))
const read = async (server: Postgres) =>
  (await withClient(server.url('kept'), (client) => client.query<{ n: number }>('select n from committed order by n'))).rows.map(
    (row) => row.n,
  )

test('what was committed outlives kill -9 of the server, an orphan server, and a lost password', async () => {
  const first = await startPostgres({ dataDir })
  await first.createDatabase('kept')
  assert.equal(await first.createDatabase('kept'), false)
  await withClient(first.url('kept'), (client) => client.query('create table committed (n int)'))
  await write(first, 1)
  process.kill(first.pid, 'SIGKILL')
  await waitUntilGone(first.pid, 5000)

  const second = await startPostgres({ dataDir })
  assert.deepEqual(await read(second), [1])
  await write(second, 2)

  // The process that started it died; the server lives on. The next start takes its place.
  const third = await startPostgres({ dataDir })
  assert.notEqual(third.pid, second.pid)
  assert.deepEqual(await read(third), [1, 2])
  const same = await startPostgres({ dataDir, running: 'reuse' })
  assert.equal(same.pid, third.pid)
  await third.stop()

  rmSync(join(dataDir, 'cluster.json'))
  const fourth = await startPostgres({ dataDir })
  assert.deepEqual(await read(fourth), [1, 2])
  await fourth.stop()
})

test('a pid file whose number now belongs to a stranger does not stop the start', async () => {
  writeFileSync(
    join(stateOf(dataDir), 'cluster', 'postmaster.pid'),
    `${process.pid}\n${join(dataDir, 'cluster')}\n0\n1\n\n127.0.0.1\n\nready\n`,
  )
  const server = await startPostgres({ dataDir })
  assert.notEqual(server.pid, process.pid)
  assert.deepEqual(await read(server), [1, 2])
  await server.stop()
})

test('each refusal has its name: port, folder, version, damage', async () => {
  const port = await freePort()
  const stranger = createServer().listen(port, '127.0.0.1')
  await assert.rejects(startPostgres({ dataDir, port }), code('port-taken'))
  stranger.close()

  const file = join(root, 'a-file')
  writeFileSync(file, '')
  await assert.rejects(startPostgres({ dataDir: join(file, 'below') }), code('folder-not-writable'))

  const cluster = join(stateOf(dataDir), 'cluster')
  writeFileSync(join(cluster, 'PG_VERSION'), '17\n')
  await assert.rejects(startPostgres({ dataDir }), code('postgres-version-mismatch'))
  writeFileSync(join(cluster, 'PG_VERSION'), '18\n')

  const control = join(cluster, 'global', 'pg_control')
  cpSync(control, join(root, 'pg_control'))
  truncateSync(control, 10)
  await assert.rejects(startPostgres({ dataDir }), code('postgres-data-damaged'))
  writeFileSync(control, readFileSync(join(root, 'pg_control')))

  const back = await startPostgres({ dataDir })
  assert.deepEqual(await read(back), [1, 2])
  await back.stop()
})

test('data that vanished are not silently made anew', async () => {
  const gone = join(root, 'gone')
  mkdirSync(gone)
  writeFileSync(join(gone, 'cluster.json'), '{"user":"yba","password":"x","version":"18.4"}')
  await assert.rejects(startPostgres({ dataDir: gone }), code('postgres-data-damaged'))
  rmSync(stateOf(gone), { recursive: true, force: true })
})

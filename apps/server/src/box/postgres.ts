/**
 * The embedded PostgreSQL: makes a cluster, starts it, recovers after `kill -9`, stops it.
 * The server runs apart from our process group, so that Ctrl-C reaches the sites first and the database last.
 */

import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { refuse } from '@yba/fhir'
import { clusterPassword, makeCluster } from './postgres-cluster.ts'
import { type CreateOptions, createDatabase, dropDatabase } from './postgres-databases.ts'
import { majorOf, type PostgresHome, preparePostgresHome } from './postgres-home.ts'
import { dataDamaged, portTaken, postgresDidNotStart, postgresInUse } from './postgres-outcomes.ts'
import { commandLine, isAlive, waitUntilGone } from './process.ts'

export interface PostgresOptions {
  /** Folder of this cluster; where it cannot be reached by the database account, data lies where `where.json` says. */
  dataDir: string
  /** TCP port on 127.0.0.1; without it a free one is chosen. */
  port?: number
  /** Progress, one short English line each. */
  log?: (line: string) => void
  /** false only for tests: commits do not wait for the disk. Default true. */
  durable?: boolean
  /** A server still running on this data: `replace` stops it cleanly first (default), `reuse` keeps it. */
  running?: 'replace' | 'reuse'
  /** false: the server may outlive this process and does not keep it alive. Default true. */
  attached?: boolean
  /** More settings, `{ work_mem: '8MB' }`. */
  settings?: Record<string, string>
  /** Folder above `bin/` of a PostgreSQL of the machine, 15 or newer, instead of the one the box brings. */
  programs?: string
}

export interface Postgres {
  port: number
  pid: number
  superuserUrl: string
  /** Connection URL of one database. */
  url(database: string): string
  /** Makes the database when it is not there; with `template`, as a copy of that one. True when it was made. */
  createDatabase(name: string, options?: CreateOptions): Promise<boolean>
  dropDatabase(name: string): Promise<void>
  /** Fast shutdown: clients are disconnected, everything committed is on disk. */
  stop(): Promise<void>
}

export const SUPERUSER = 'yba'

/** Small-memory settings: four sites of a demo province share one server with a laptop's other programs. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '64MB',
  huge_pages: 'off',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  autovacuum_work_mem: '16MB',
  max_wal_size: '512MB',
  min_wal_size: '80MB',
  wal_compression: 'pglz',
  wal_level: 'replica',
  max_wal_senders: '2',
  max_replication_slots: '2',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '4',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_checkpoints: 'off',
  log_min_duration_statement: '5s',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
}

/** Known to newer servers only: the first major version and the setting. */
const SETTINGS_SINCE: readonly [number, Record<string, string>][] = [[18, { io_method: 'sync' }]]

const UNSAFE_FOR_TESTS: Record<string, string> = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** Starts PostgreSQL on the folder, making the cluster first when there is none. Throws the outcomes of postgres-outcomes.ts. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const log = options.log ?? (() => undefined)
  const home = preparePostgresHome(options.dataDir, options.programs)
  const cluster = join(home.state, 'cluster')
  const running = runningServer(cluster)
  if (running && options.running === 'reuse') return handle(running, await clusterPassword(options.dataDir, home))
  if (running) {
    log(`stopping the PostgreSQL left running (process ${running.pid})`)
    await stopServer(running.pid, cluster)
  }
  if (options.port !== undefined && !(await isFree(options.port))) throw refuse(portTaken, { port: options.port })
  await makeCluster(options.dataDir, home, log)
  const password = await clusterPassword(options.dataDir, home)
  removeStalePidFile(cluster)
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const outcome = await launch(home, cluster, port, options)
    if ('pid' in outcome) {
      log(`PostgreSQL ${home.version} is ready on port ${port}`)
      return handle({ pid: outcome.pid, port }, password)
    }
    await judgeFailure(outcome.lines, { cluster, port, chosen: options.port !== undefined, attempt, log: join(home.state, 'server.log') })
  }

  function handle(server: RunningServer, password: string): Postgres {
    const url = (database: string) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`
    return {
      port: server.port,
      pid: server.pid,
      superuserUrl: url('postgres'),
      url,
      createDatabase: (name, extra) => createDatabase(url('postgres'), name, extra),
      dropDatabase: (name) => dropDatabase(url('postgres'), name),
      stop: () => stopServer(server.pid, cluster),
    }
  }
}

/** Stops the server that runs on this folder, if any; true when there was one. */
export async function stopPostgres(dataDir: string): Promise<boolean> {
  if (!existsSync(dataDir)) return false
  const cluster = join(preparePostgresHome(dataDir).state, 'cluster')
  const running = runningServer(cluster)
  if (running) await stopServer(running.pid, cluster)
  return running !== undefined
}

interface RunningServer {
  pid: number
  port: number
}

/** Reads postmaster.pid and asks the system whether that process really is PostgreSQL on this folder. */
function runningServer(cluster: string): RunningServer | undefined {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined
  return commandLine(pid).includes(cluster) ? { pid, port: Number(lines[3]) } : undefined
}

/** PostgreSQL refuses a pid file whose number now belongs to a stranger; ours is dead, so its file goes. */
function removeStalePidFile(cluster: string): void {
  if (!runningServer(cluster)) rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

async function stopServer(pid: number, cluster: string): Promise<void> {
  // SIGINT = fast, SIGQUIT = at once (the next start replays the log). Both leave the data whole.
  for (const [signal, patience] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    if (!isAlive(pid)) return
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw refuse(postgresInUse, { folder: cluster, pid })
    }
    if (await waitUntilGone(pid, patience)) return
  }
  throw refuse(postgresInUse, { folder: cluster, pid })
}

type Launched = { pid: number } | { lines: string[] }

async function launch(home: PostgresHome, cluster: string, port: number, options: PostgresOptions): Promise<Launched> {
  const logFile = join(home.state, 'server.log')
  const newer = SETTINGS_SINCE.filter(([since]) => majorOf(home) >= since).map(([, some]) => some)
  const settings = {
    ...SETTINGS,
    ...Object.assign({}, ...newer),
    ...(options.durable === false ? UNSAFE_FOR_TESTS : {}),
    ...options.settings,
  }
  const args = ['-D', cluster, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const output = openSync(logFile, 'a', 0o600)
  const from = readFileSync(logFile).length
  const child = spawn(join(home.programs, 'bin', 'postgres'), args, {
    ...home.runAs,
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
  })
  closeSync(output)
  let ended = false
  child.on('exit', () => {
    ended = true
  })
  child.on('error', () => {
    ended = true
  })
  const until = Date.now() + 120_000
  while (!ended && Date.now() < until) {
    if (child.pid !== undefined && readyStatus(cluster, child.pid)) {
      if (options.attached === false) child.unref()
      return { pid: child.pid }
    }
    await sleep(20)
  }
  if (!ended && child.pid !== undefined) await stopServer(child.pid, cluster)
  return { lines: readFileSync(logFile).subarray(from).toString('utf8').trim().split('\n') }
}

/** The eighth line of postmaster.pid turns to "ready" when connections are accepted, as pg_ctl reads it. */
function readyStatus(cluster: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

interface Failure {
  cluster: string
  port: number
  chosen: boolean
  attempt: number
  log: string
}

/** Throws the named refusal, or waits and returns when another try makes sense. */
async function judgeFailure(lines: string[], failure: Failure): Promise<void> {
  const text = lines.join('\n')
  const worst = lines.findLast((line) => /PANIC|FATAL/.test(line)) ?? lines.at(-1) ?? ''
  const reason = worst.replace(/^.*?(PANIC|FATAL):\s*/, '') || 'no message'
  if (/could not bind|Address already in use/.test(text)) {
    if (failure.chosen || failure.attempt > 5) throw refuse(portTaken, { port: failure.port })
    return
  }
  // Backends of a killed server live on for a moment and hold its shared memory.
  if (/shared memory block|lock file "postmaster.pid" already exists/.test(text) && failure.attempt <= 30) {
    await sleep(500)
    return
  }
  if (DAMAGE.test(text)) throw refuse(dataDamaged, { folder: failure.cluster, reason })
  throw refuse(postgresDidNotStart, { reason, log: failure.log })
}

const DAMAGE =
  /checkpoint record|pg_control|control file|is not a valid data directory|invalid data in file|could not (open|read|find) .*(PG_VERSION|base\/|global\/|pg_|postgresql\.conf)|invalid page|required (WAL )?directory|No such file or directory|incorrect checksum/i

/** True when nobody listens on the port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

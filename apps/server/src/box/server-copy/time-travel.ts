/**
 * One site as it was at a given second: the copy of the server is recovered in a scratch place with the log kept after it,
 * the site is taken out of it and laid into an empty place. The server and everything else on it stay as they are.
 */

import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { OutcomeError, refuse } from '@yba/fhir'
import type { GivenSettings } from '../../settings.ts'
import { backupNotFound, badTime, timeNotCovered } from '../backup/outcomes.ts'
import { readJsonFile } from '../layout.ts'
import { exportSite } from '../move/export.ts'
import { type Imported, importSite, type PlaceSettings } from '../move/import.ts'
import { freePort, startPostgres, stopPostgres } from '../postgres.ts'
import { giveTo, type PostgresHome, preparePostgresHome } from '../postgres-home.ts'
import { installedVersion } from '../postgres-installed.ts'
import { writeWhole } from '../site-keys.ts'
import { COPY_NOTE, type ServerCopyNote } from './copy.ts'
import { toolsMissing } from './outcomes.ts'

export interface TimeTravelOptions {
  /** What `copyServer` made. */
  copy: string
  /** Folder `followServer` writes to. */
  log: string
  /** ISO time with its zone, after the copy. */
  toTime: string
  /** The site on the server; its folder gives blobs, seals and keys. */
  site: GivenSettings
  /** New place: empty database, folder without keys and blobs. */
  into: PlaceSettings
  say?: (line: string) => void
}

/**
 * Throws `backup-not-found`, `restore-time-unreadable`, `restore-time-not-covered`, `postgres-tools-missing` and what
 * exporting and importing throw.
 */
export async function siteAt(options: TimeTravelOptions): Promise<Imported> {
  const say = options.say ?? (() => undefined)
  const copy = resolve(options.copy)
  const note = readJsonFile<ServerCopyNote>(join(copy, COPY_NOTE))
  if (note?.kind !== 'server-copy') throw refuse(backupNotFound, { folder: copy })
  const until = checkedTime(options.toTime, note)
  const installed = installedVersion(note.major)
  if (!installed) throw refuse(toolsMissing, { what: 'postgres', major: note.major })
  const scratch = mkdtempSync(join(tmpdir(), 'yba-server-'))
  // A folder of its own: long paths do not fit into the name of a socket.
  const socket = mkdtempSync(join(tmpdir(), 'yba-'))
  try {
    const log = resolve(options.log)
    const database = await recover({ copy, log, scratch, socket, until, installed: installed.programs, note, options, say })
    say(`the server of ${until} answers`)
    const from = join(scratch, 'site')
    await exportSite({ ...options.site, database }, from, { keys: 'beside', say })
    return await importSite({ from, settings: options.into, say })
  } finally {
    await stopPostgres(scratch)
    const { state } = preparePostgresHome(scratch, installed.programs)
    for (const folder of [state, scratch, socket]) rmSync(folder, { recursive: true, force: true })
  }
}

function checkedTime(asked: string, note: ServerCopyNote): string {
  const at = Date.parse(asked)
  if (!/(Z|[+-]\d\d:?\d\d)$/i.test(asked) || Number.isNaN(at)) throw refuse(badTime, { asked })
  if (at < Date.parse(note.madeAt)) throw refuse(timeNotCovered, { asked, from: note.madeAt })
  return new Date(at).toISOString()
}

interface Recovery {
  copy: string
  log: string
  scratch: string
  socket: string
  until: string
  installed: string
  note: ServerCopyNote
  options: TimeTravelOptions
  say(line: string): void
}

/** Gives the URL of the site's database on the recovered server, which listens on a socket of its own folder only. */
async function recover({ copy, log, scratch, socket, until, installed, note, options, say }: Recovery): Promise<string> {
  const home = preparePostgresHome(scratch, installed)
  layOut(copy, log, home)
  // The copy's own accounts are entered by the socket; nobody needs the password that is looked for here.
  writeWhole(join(scratch, 'cluster.json'), JSON.stringify({ user: '', password: '', version: home.version }))
  say('replaying the log')
  giveTo(socket, home.runAs)
  const port = await freePort()
  try {
    await startPostgres({
      dataDir: scratch,
      port,
      programs: installed,
      settings: {
        listen_addresses: '',
        unix_socket_directories: socket,
        unix_socket_permissions: '0700',
        config_file: join(home.state, 'empty.conf'),
        hba_file: join(home.state, 'hba.conf'),
        ident_file: join(home.state, 'empty.conf'),
        restore_command: `test -f ../log/%f && cp ../log/%f %p`,
        recovery_target_time: until.replace('Z', '+00'),
        recovery_target_timeline: 'current',
        recovery_target_action: 'promote',
        hot_standby: 'off',
        // As large as the server of the copy may have had them; recovery refuses less.
        max_connections: '1000',
        max_worker_processes: '64',
        max_wal_senders: '64',
        max_prepared_transactions: '100',
        max_locks_per_transaction: '512',
        shared_preload_libraries: '',
      },
    })
  } catch (error) {
    const reason = error instanceof OutcomeError ? String(error.findings[0]?.values?.reason) : ''
    if (/recovery target|recovery stop point/.test(reason)) throw refuse(timeNotCovered, { asked: until, from: note.madeAt })
    throw error
  }
  const url = new URL(options.site.database)
  return `socket:${socket}?db=${url.pathname.slice(1)}&user=${url.username}&port=${port}`
}

function layOut(copy: string, log: string, home: PostgresHome): void {
  const cluster = join(home.state, 'cluster')
  cpSync(join(copy, 'cluster'), cluster, { recursive: true })
  chmodSync(cluster, 0o700)
  for (const name of ['postgresql.auto.conf', 'standby.signal']) rmSync(join(cluster, name), { force: true })
  writeFileSync(join(cluster, 'recovery.signal'), '', { mode: 0o600 })
  const kept = join(home.state, 'log')
  mkdirSync(kept, { mode: 0o700 })
  for (const name of existsSync(log) ? readdirSync(log) : []) {
    // The newest segment is still being written; what it holds so far counts.
    if (/^[0-9A-F]{24}(\.partial)?$/.test(name) || /\.history$/.test(name))
      cpSync(join(log, name), join(kept, name.replace('.partial', '')))
  }
  // Only who may enter the socket's folder gets to the server at all.
  writeFileSync(join(home.state, 'hba.conf'), 'local all all trust\n', { mode: 0o600 })
  writeFileSync(join(home.state, 'empty.conf'), '', { mode: 0o600 })
  for (const entry of readdirSync(home.state, { recursive: true })) giveTo(join(home.state, String(entry)), home.runAs)
}

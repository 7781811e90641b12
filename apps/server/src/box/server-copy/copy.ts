/**
 * A PostgreSQL server that is not the box's: a copy of all of it and the log that goes on after it, both by PostgreSQL's
 * own programs of the server's version. From these a site can be brought back to any second.
 */

import { spawn } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { folderNotEmpty } from '../backup/outcomes.ts'
import { makeFolder } from '../folder.ts'
import { withClient } from '../postgres-databases.ts'
import { type InstalledPostgres, installedVersion } from '../postgres-installed.ts'
import { writeWhole } from '../site-keys.ts'
import { serverCopyFailed, tablespacesFound, toolsMissing } from './outcomes.ts'

export interface ServerCopyNote {
  kind: 'server-copy'
  madeAt: string
  major: number
  seconds: number
}

export const COPY_NOTE = 'server-copy.json'

/** The programs of the server's own version. Throws `postgres-tools-missing`. */
async function programsFor(server: string): Promise<InstalledPostgres> {
  const major = await withClient(server, async (client) => {
    const { rows } = await client.query<{ n: number }>(`select current_setting('server_version_num')::int / 10000 as n`)
    return rows[0]?.n ?? 0
  })
  const found = installedVersion(major)
  if (!found) throw refuse(toolsMissing, { what: 'pg_basebackup', major })
  return found
}

/**
 * Copies the running server to a new folder; nobody is stopped. Written aside, verified against PostgreSQL's own manifest,
 * renamed. Throws `folder-not-empty`, `postgres-tools-missing`, `server-has-tablespaces`, `server-copy-failed`.
 *
 * @param server URL of an account with REPLICATION
 */
export async function copyServer(server: string, asked: string, say: (line: string) => void = () => undefined): Promise<ServerCopyNote> {
  const begun = performance.now()
  const to = resolve(asked)
  if (existsSync(to) && readdirSync(to).length > 0) throw refuse(folderNotEmpty, { folder: to })
  const { programs, major } = await programsFor(server)
  const aside = `${to}.writing-${process.pid}`
  rmSync(aside, { recursive: true, force: true })
  makeFolder(aside, 0o700)
  try {
    const cluster = join(aside, 'cluster')
    const options = ['--format=plain', '--wal-method=stream', '--checkpoint=fast', '--progress', `--label=yba`]
    await run(join(programs, 'bin', 'pg_basebackup'), ['-d', server, '-D', cluster, ...options], say)
    if (readdirSync(join(cluster, 'pg_tblspc')).length > 0) throw refuse(tablespacesFound)
    await run(join(programs, 'bin', 'pg_verifybackup'), [cluster], say)
    const note: ServerCopyNote = {
      kind: 'server-copy',
      madeAt: new Date().toISOString(),
      major,
      seconds: Math.round(performance.now() - begun) / 1000,
    }
    writeWhole(join(aside, COPY_NOTE), `${JSON.stringify(note, null, 1)}\n`)
    renameSync(aside, to)
    return note
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    throw error
  }
}

/**
 * Keeps the server's log in a folder for as long as it runs, through a slot of its own, so that nothing is missed while
 * it is away; after a broken line it goes on by itself. Ends with the signal. Throws `postgres-tools-missing`, `server-copy-failed`.
 */
export async function followServer(
  server: string,
  folder: string,
  options: { slot: string; signal: AbortSignal; say?: (line: string) => void },
): Promise<void> {
  const { programs } = await programsFor(server)
  makeFolder(folder, 0o700)
  const program = join(programs, 'bin', 'pg_receivewal')
  const say = options.say ?? (() => undefined)
  await run(program, ['-d', server, '--slot', options.slot, '--create-slot', '--if-not-exists'], say)
  say(`following the log of the server (slot ${options.slot}) into ${folder}`)
  await run(program, ['-d', server, '-D', folder, '--slot', options.slot, '--synchronous'], say, options.signal)
}

/** Runs one program; its words go to `say`. Throws `server-copy-failed` with its last line. */
function run(program: string, args: string[], say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_ALL: 'C' } })
    let last = ''
    child.stderr.on('data', (part: Buffer) => {
      for (const line of part.toString('utf8').split(/[\r\n]+/)) {
        if (!line.trim()) continue
        last = line.trim()
        say(last)
      }
    })
    const end = () => child.kill('SIGINT')
    signal?.addEventListener('abort', end, { once: true })
    if (signal?.aborted) end()
    child.on('error', failed)
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end)
      if (code === 0 || signal?.aborted) done()
      else failed(refuse(serverCopyFailed, { what: program.split('/').at(-1) ?? program, reason: withoutAddress(last) }))
    })
  })
}

/** Messages of these programs may repeat the connection string; a password must not get into a log. */
function withoutAddress(line: string): string {
  return line.replace(/postgres(ql)?:\/\/\S+/g, 'postgres://…').replace(/^pg_\w+: (error: )?/, '') || 'no message'
}

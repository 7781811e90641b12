/** Lock files that survive `kill -9`: a lock names its holder, and a dead holder's lock is taken over. */

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeFolder } from './folder.ts'
import { processIdentity } from './process.ts'

export interface Lock {
  release(): void
}

export interface Holder {
  pid: number
  identity: string
}

/** Who holds the lock now; undefined when nobody alive does. */
export function lockHolder(file: string): Holder | undefined {
  let holder: Holder
  try {
    holder = JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
  return processIdentity(holder.pid) === holder.identity ? holder : undefined
}

/**
 * Takes the lock or says who holds it. The file appears complete (written aside, then hard-linked),
 * so a reader never sees half a holder.
 */
export function tryLock(file: string): Lock | Holder {
  makeFolder(dirname(file))
  const mine: Holder = { pid: process.pid, identity: processIdentity(process.pid) ?? String(process.pid) }
  const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(aside, JSON.stringify(mine), { mode: 0o600 })
  try {
    for (let attempt = 0; ; attempt++) {
      if (linkOnce(aside, file)) return { release: () => releaseLock(file, mine) }
      const holder = lockHolder(file)
      if (holder) return holder
      if (attempt > 20) throw new Error(`cannot take over the stale lock ${file}`)
      removeStale(file)
    }
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Waits for the lock. Throws when it is still held after `timeoutMs`. */
export async function takeLock(file: string, timeoutMs: number): Promise<Lock> {
  const until = Date.now() + timeoutMs
  for (;;) {
    const got = tryLock(file)
    if ('release' in got) return got
    if (Date.now() > until) throw new Error(`lock ${file} is held by process ${got.pid}`)
    await sleep(50)
  }
}

function linkOnce(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead holder's file away; a rename of one name has one winner, so two rescuers cannot remove a fresh lock twice. */
function removeStale(file: string): void {
  const grave = `${file}.stale.${process.pid}`
  try {
    renameSync(file, grave)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const holder = lockHolder(grave)
  // Between our look and our rename somebody else may have taken over: give it back.
  if (holder) linkOnce(grave, file)
  rmSync(grave, { force: true })
}

function releaseLock(file: string, mine: Holder): void {
  const holder = lockHolder(file)
  if (holder?.identity === mine.identity) rmSync(file, { force: true })
}

/** What the operating system knows of other processes: are they alive, are they still the same one. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** True when a process with this number exists, whoever owns it. A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return statFields(pid)?.[0] !== 'Z'
}

/** Fields of /proc/PID/stat after the command name: state first, start time at index 19. Undefined where there is no /proc. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/**
 * A word that stays the same for one process and differs for a later process under the same number,
 * so that a lock left by a killed process is not taken for a living one. Undefined when it does not live.
 */
export function processIdentity(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined
  const started = statFields(pid)?.[19]
  if (started) return `${pid}@${started}`
  const listed = runQuietly('ps', ['-o', 'lstart=', '-p', String(pid)])
  return listed ? `${pid}@${listed}` : undefined
}

/** The command line of a process, words separated by spaces; empty when unknown. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return runQuietly('ps', ['-o', 'command=', '-p', String(pid)]) ?? ''
  }
}

/** Runs a command and gives its trimmed output, or undefined when it cannot run or fails. */
export function runQuietly(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8', timeout: 10_000 }).trim()
  } catch {
    return undefined
  }
}

/** Waits until the process is gone; false when it still lives after `timeoutMs`. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs
  while (isAlive(pid)) {
    if (Date.now() > until) return false
    await sleep(20)
  }
  return true
}

/** Where a site runs: in the box's own process, or in a process of its own (`--apart`). */

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { refuse } from '@yba/fhir'
import type { GivenSettings } from '../settings.ts'
import { siteDidNotStart } from './outcomes.ts'
import type { OpenedSite, OpenSite } from './parts.ts'

export type HostState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed'

export interface SiteHost {
  readonly settings: GivenSettings
  readonly state: HostState
  /** Process number when the site has one of its own. */
  readonly pid: number | undefined
  /** Starts, or waits for a start under way. Throws what the site throws. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** A site inside this process. `opened` may be handed over once, already filled. */
export function innerHost(settings: GivenSettings, openSite: OpenSite, logFile: string, filled?: OpenedSite): SiteHost {
  let site: OpenedSite | undefined
  let waiting = filled
  return switchable(settings, {
    async up() {
      const fresh = waiting ?? (await openSite(settings, { logFile }))
      waiting = undefined
      try {
        await fresh.listen()
      } catch (error) {
        await fresh.stop()
        throw error
      }
      site = fresh
    },
    async down() {
      await (site ?? waiting)?.stop()
      site = undefined
      waiting = undefined
    },
    pid: () => undefined,
  })
}

export interface ApartOptions extends Reviving {
  settingsFile: string
  logFile: string
}

/**
 * How a server keeps house: young objects in 16 MB halves, and the old ones looked through when half as much again has come.
 * V8 by itself lets hundreds of megabytes of garbage lie on a large machine. `scripts/run.cjs` starts with the same.
 */
export const NODE_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16', '--heap-growing-percent=50'] as const

const CLI = join(import.meta.dirname, '..', 'cli', 'yba.ts')
const READY_MS = 60_000

/** A site in a process of its own: `yba serve --site FILE`. One that dies unasked is started again. */
export function apartHost(settings: GivenSettings, options: ApartOptions): SiteHost {
  let kept: KeptProcess | undefined
  const what = { name: settings.name, args: ['serve', '--site', options.settingsFile], logFile: options.logFile }
  return switchable(settings, {
    async up() {
      kept = await keepProcess(what, options)
    },
    async down() {
      await kept?.end()
      kept = undefined
    },
    pid: () => kept?.pid,
  })
}

export interface Reviving {
  /** Told when the process died unasked and when it is up again. */
  note?: (line: string) => void
  /** Start it again when it died unasked. Default true. */
  revive?: boolean
  /** Crash tests: the fault point of the process launched next (`YBA_FAULT`), asked at each launch. */
  fault?: () => string | undefined
}

export interface KeptProcess {
  /** Undefined while it is down. */
  readonly pid: number | undefined
  end(): Promise<void>
}

const MOST_DEATHS = 20

export interface KeptProgram {
  name: string
  /** Default `yba`. It says over its channel that it is ready. */
  program?: string
  args: string[]
  logFile: string
}

/** Starts `yba …` in a process of its own and starts it again when it dies unasked. Throws `site-did-not-start`. */
export async function keepProcess(what: KeptProgram, options: Reviving): Promise<KeptProcess> {
  let child: ChildProcess | undefined
  let ended = false
  let deaths = 0
  const launch = async (inherited: NodeJS.ProcessEnv): Promise<void> => {
    const { YBA_FAULT: given, ...env } = inherited
    const fault = options.fault ? options.fault() : given
    if (fault) env.YBA_FAULT = fault
    const started = (await launchProcess({ ...what, env })).child
    if (ended) return end(started)
    child = started
    started.once('exit', (code, signal) => {
      if (child !== started) return
      child = undefined
      options.note?.(`${what.name}: process ended (${signal ?? code})`)
      if (options.revive !== false && deaths++ < MOST_DEATHS) void revive()
    })
  }
  const revive = async (): Promise<void> => {
    await sleep(300)
    if (ended || child) return
    try {
      // A planned fault kills once; the process that comes after must live.
      const { YBA_FAULT: _fault, ...env } = process.env
      await launch(env)
      options.note?.(`${what.name}: started again`)
    } catch (error) {
      options.note?.(`${what.name}: ${error instanceof Error ? error.message : String(error)}`)
      if (deaths++ < MOST_DEATHS) void revive()
    }
  }
  await launch(process.env)
  return {
    get pid() {
      return child?.pid
    },
    async end() {
      ended = true
      const ending = child
      child = undefined
      if (ending) await end(ending)
    },
  }
}

/** Starts `yba …` in a process of its own and waits until it says that it is ready. Throws `site-did-not-start`. */
export async function launchProcess(
  what: KeptProgram & { env: NodeJS.ProcessEnv },
): Promise<{ child: ChildProcess; end(): Promise<void> }> {
  const output = openSync(what.logFile, 'a', 0o600)
  const child = spawn(process.execPath, [...NODE_FLAGS, what.program ?? CLI, ...what.args], {
    env: what.env,
    stdio: ['ignore', output, output, 'ipc'],
    // Ctrl-C goes to the box, which stops its sites in order.
    detached: true,
  })
  closeSync(output)
  await ready(child, what.name, what.logFile)
  return { child, end: () => end(child) }
}

function ready(child: ChildProcess, name: string, log: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(refuse(siteDidNotStart, { name, reason: lastLine(log) || reason, log }))
    }
    const timer = setTimeout(() => fail(`no answer in ${READY_MS / 1000} s`), READY_MS)
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`))
    child.once('message', () => {
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve()
    })
  })
}

function lastLine(log: string): string {
  return readFileSync(log, 'utf8').trim().split('\n').at(-1)?.slice(0, 300) ?? ''
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const late = sleep(15_000, 'late', { ref: false })
  if ((await Promise.race([gone, late])) === 'late') child.kill('SIGKILL')
  await gone
}

interface Motor {
  up(): Promise<void>
  down(): Promise<void>
  pid(): number | undefined
}

/** Serialises start and stop, so that two clicks make one change. */
function switchable(settings: GivenSettings, motor: Motor): SiteHost {
  let state: HostState = 'stopped'
  let queue: Promise<void> = Promise.resolve()
  const next = (work: () => Promise<void>): Promise<void> => {
    const turn = queue.then(work)
    queue = turn.catch(() => undefined)
    return turn
  }
  return {
    settings,
    get state() {
      return state
    },
    get pid() {
      return motor.pid()
    },
    start: () =>
      next(async () => {
        if (state === 'running') return
        state = 'starting'
        try {
          await motor.up()
          state = 'running'
        } catch (error) {
          state = 'failed'
          throw error
        }
      }),
    stop: () =>
      next(async () => {
        state = 'stopping'
        try {
          await motor.down()
        } finally {
          state = 'stopped'
        }
      }),
  }
}

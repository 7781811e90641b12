/** The site's worker of large files: one after the other, in the order they came; small ones do not wait for it. */
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { finding, OutcomeError } from '@yba/fhir'
import { type Caller, systemCaller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import { findingView } from '../../referral/index.ts'
import { codeOf, judgeFile, LetGo } from './judge.ts'
import { FILE_CUT } from './outcomes.ts'
import { dropSpool, spoolPath, sweepSpool } from './spool.ts'
import { closeCut, closeFile, type FileRow, holdFile, letGo, openSpools, sayTrouble, takeFile } from './tables.ts'

/** A file belongs to its holder so long after its last word. */
const HOLD_SECONDS = 12
const HOLD_EVERY_MS = 4000
const LONGEST_PAUSE_MS = 60_000
/** Looks by itself that often: a file whose holder died is found by it. */
const LOOK_MS = 5000
/** A file judged while its sender waits takes seconds; after this its process has died. */
const CUT_MS = 600_000

const bells = new WeakMap<Site, () => void>()

/** A file waits: the worker need not be asleep. */
export const ringWorker = (site: Site): void => bells.get(site)?.()

/** Who handed the file in, as they were then; their rights were judged when it came. */
function senderOf(site: Site, file: FileRow): Caller {
  const job = systemCaller('import:file', site.settings.facility.code)
  return { ...job, kind: file.caller_kind, id: file.caller, display: file.by, role: file.caller_role }
}

const missing = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT'

/** Judges one file to its end. Throws what kept it from going on. */
async function work(site: Site, file: FileRow, holder: string, stop: AbortSignal): Promise<void> {
  const path = spoolPath(site, file.spool ?? '')
  const size = await stat(path).then(
    (s) => s.size,
    (error) => (missing(error) ? undefined : Promise.reject(error)),
  )
  if (size === undefined) {
    // A restored or moved site has the row, not the bytes.
    await closeFile(site.store, file.id, 'stopped', [findingView(finding(FILE_CUT))], site.clock.now())
    return
  }
  let held = true
  const keep = setInterval(() => {
    holdFile(site.store, file.id, holder, HOLD_SECONDS).then(
      (still) => {
        held = still
      },
      (error: unknown) => site.log.warn({ file: file.id, code: (error as { code?: string }).code }, 'a file could not be held'),
    )
  }, HOLD_EVERY_MS)
  try {
    await judgeFile({ site, caller: senderOf(site, file), file, from: { path, size }, mayGoOn: () => held && !stop.aborted })
  } catch (error) {
    if (error instanceof LetGo) return
    if (!(error instanceof OutcomeError)) {
      await sayTrouble(site.store, file.id, codeOf(error))
      throw error
    }
    const hostile = error.findings.find((f) => HOSTILE.has(f.definition.code))
    if (hostile) {
      const detail = `claim file ${file.id}`
      await site.store.audit.record(senderOf(site, file), { action: 'refused', outcome: hostile.definition.code, detail })
    }
  } finally {
    clearInterval(keep)
    if (held) await letGo(site.store, file.id, holder).catch(() => undefined)
  }
  await dropSpool(site, file.spool ?? '')
}

/** Refused whole, and built to harm. */
const HOSTILE = new Set(['claim-doctype', 'claim-too-large', 'claim-too-costly'])

/** Starts the worker; it stops between two records. */
export async function startFileWorker(site: Site): Promise<{ stop(): Promise<void> }> {
  const holder = randomUUID()
  const stop = new AbortController()
  let rung = Promise.withResolvers<void>()
  bells.set(site, () => rung.resolve())
  const cut = [findingView(finding(FILE_CUT))]

  let closedOld = 0
  async function closeOld(): Promise<void> {
    const now = site.clock.now()
    if (now.getTime() - closedOld < CUT_MS) return
    closedOld = now.getTime()
    await closeCut(site.store, new Date(closedOld - CUT_MS), cut, now)
  }

  async function loop(): Promise<void> {
    let failures = 0
    while (!stop.signal.aborted) {
      rung = Promise.withResolvers<void>()
      try {
        const file = await takeFile(site.store, holder, HOLD_SECONDS)
        if (file) {
          await work(site, file, holder, stop.signal)
          failures = 0
          continue
        }
        failures = 0
        await closeOld()
      } catch (error) {
        failures++
        site.log.error({ code: codeOf(error) }, 'a claim file cannot go on')
      }
      const pause = failures === 0 ? LOOK_MS : Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures)
      await Promise.race([rung.promise, delay(pause, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)])
    }
  }
  await sweepSpool(site, new Set(await openSpools(site.store)))
  const running = loop()
  return {
    async stop() {
      stop.abort()
      bells.delete(site)
      await running
    },
  }
}

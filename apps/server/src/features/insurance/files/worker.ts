/** The site's worker of large files: one after the other, in the order they came; small ones do not wait for it. */
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { OutcomeError } from '@yba/fhir'
import { type Caller, systemCaller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import { startLoop } from '../../../worker-loop.ts'
import { endCut } from './close.ts'
import { HOLD_SECONDS, keepHold } from './hold.ts'
import { codeOf, judgeFile, LetGo } from './judge.ts'
import { dropSpool, spoolPath, sweepSpool } from './spool.ts'
import { type FileRow, letGo, openSpools, sayTrouble, takeFile } from './tables.ts'
import { tidy } from './tidy.ts'

/** Looks by itself that often: a file whose holder died is found by it. */
const LOOK_MS = 5000
const TIDY_MS = 60_000

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
  // A restored or moved site has the row, not the bytes.
  if (size === undefined) return void (await endCut(site, file.id))
  const hold = keepHold(site, file.id, holder, HOLD_SECONDS)
  try {
    await judgeFile({ site, caller: senderOf(site, file), file, from: { path, size }, mayGoOn: () => hold.held() && !stop.aborted })
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
    hold.end()
    if (hold.held()) await letGo(site.store, file.id, holder).catch(() => undefined)
  }
  await dropSpool(site, file.spool ?? '')
}

/** Refused whole, and built to harm. */
const HOSTILE = new Set(['claim-doctype', 'claim-too-large', 'claim-too-costly'])

/** Starts the worker; it stops between two records. */
export async function startFileWorker(site: Site): Promise<{ stop(): Promise<void> }> {
  const holder = randomUUID()
  let rung = Promise.withResolvers<void>()
  let tidied = Number.NEGATIVE_INFINITY
  bells.set(site, () => rung.resolve())
  await sweepSpool(site, new Set(await openSpools(site.store)))
  const loop = startLoop(site, 'a claim file cannot go on', async (signal) => {
    rung = Promise.withResolvers<void>()
    if (performance.now() - tidied > TIDY_MS) {
      tidied = performance.now()
      await tidy(site)
    }
    const file = await takeFile(site.store, holder, HOLD_SECONDS)
    if (file) return work(site, file, holder, signal)
    const over = new AbortController()
    const rest = delay(LOOK_MS, undefined, { signal: AbortSignal.any([signal, over.signal]), ref: false }).catch(() => undefined)
    await Promise.race([rung.promise, rest])
    over.abort()
  })
  return {
    async stop() {
      bells.delete(site)
      await loop.stop()
    },
  }
}

/**
 * Reading a claim file without holding up the others: a small one in steps between other requests, a large one in a
 * thread of its own with bounded memory. A file of a whole month is minutes of work; never more than a few of its records
 * lie in memory.
 */
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { defineOutcome, type Finding, OutcomeError, refuse } from '@yba/fhir'
import { bytesSource, type ClaimHead, type ClaimRecord, checkRecord, claimSteps, type ReadFrom } from '@yba/vietnam'

/** Bytes in memory, or a file on this computer. */
export type ClaimBytes = { bytes: Uint8Array } | { path: string; size: number }

export type ToReader = { from: ClaimBytes; after: { row: number; seen: string[] } } | { next: true }
/** `looking`: it goes on, and here is nothing yet. */
export type FromReader =
  | { looking: true }
  | { head: ClaimHead }
  | { record: ClaimRecord; found: Finding[]; row: number }
  | { finding: Finding; row: number }
  | { refused: Finding[] }
  | { failed: { code: string; message: string } }
  | { end: true }

/** A record with everything found about it, or what is said of a place without one. `row` counts HOSO from 1. */
export type ReadRecord = { record: ClaimRecord; found: Finding[]; row: number } | { finding: Finding; row: number }

export interface FileReader {
  /** Called once, before the first record. */
  head(head: ClaimHead): Promise<void>
  each(read: ReadRecord): Promise<void>
}

const TOO_COSTLY = defineOutcome({
  code: 'claim-too-costly',
  http: 413,
  severity: 'fatal',
  issue: 'too-costly',
  vi: 'Đọc tệp này cần quá nhiều {what}; chưa ghi gì thêm.',
  en: 'Reading this file takes too much {what}; nothing more was written.',
  cure: { vi: 'Chia tệp thành nhiều tệp nhỏ hơn.', en: 'Split it into smaller files.' },
})

/** Bytes that are read in milliseconds: no thread is worth it. */
export const SMALL_BYTES = 1024 * 1024
const HEAP_MB = 640
const YOUNG_MB = 16
/** One record, or one piece of the file, may take so long. */
const PATIENCE_MS = 60_000

/**
 * Reads a file; gives its head, then one record after the other.
 * @param after what was read of it before
 * @throws OutcomeError what `claimSteps` throws, `claim-too-costly`
 */
export async function readFile(from: ClaimBytes, to: FileReader, after: ReadFrom = { row: 0, seen: [] }): Promise<void> {
  if (!('bytes' in from) || from.bytes.length > SMALL_BYTES) return readApart(from, to, after)
  for (const step of claimSteps(bytesSource(from.bytes), after)) {
    await setImmediate()
    if (!step) continue
    if ('head' in step) await to.head(step.head)
    else if ('record' in step) await to.each({ ...step, found: checkRecord(step.record) })
    else await to.each(step)
  }
}

async function readApart(from: ClaimBytes, to: FileReader, after: ReadFrom): Promise<void> {
  const worker = new Worker(new URL('./read-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  })
  // It may also die between two questions, or after its time was over: nobody must fall with it, and the next question says so.
  worker.on('error', () => undefined)
  const next = (): Promise<FromReader> => {
    const answer = ask(worker, { next: true })
    // Asked before its turn; who waits for it is told.
    answer.catch(() => undefined)
    return answer
  }
  try {
    let coming = ask(worker, { from, after: { row: after.row, seen: [...after.seen] } })
    for (;;) {
      const said = await coming
      if ('refused' in said) throw new OutcomeError(said.refused)
      if ('failed' in said) throw Object.assign(new Error(said.failed.message), { code: said.failed.code })
      if ('end' in said) return
      // The next record is read while this one is written.
      coming = next()
      if ('head' in said) await to.head(said.head)
      else if (!('looking' in said)) await to.each(said)
    }
  } finally {
    await worker.terminate()
  }
}

/** One question, one answer, in bounded time; a reader that ran out of memory is a refusal like any other. */
function ask(worker: Worker, message: ToReader): Promise<FromReader> {
  return new Promise((done, fail) => {
    const over = (what: string) => end(() => fail(refuse(TOO_COSTLY, { what })))
    const timer = setTimeout(() => over('time'), PATIENCE_MS)
    const heard = (said: FromReader) => end(() => done(said))
    const died = (error: Error & { code?: string }) => (error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? over('memory') : end(() => fail(error)))
    const gone = () => over('memory')
    function end(then: () => void): void {
      clearTimeout(timer)
      worker.off('message', heard).off('error', died).off('exit', gone)
      then()
    }
    worker.on('message', heard).on('error', died).on('exit', gone)
    worker.postMessage(message)
  })
}

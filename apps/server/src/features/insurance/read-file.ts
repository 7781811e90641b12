/**
 * Reading a claim file without holding up the others: a small one in steps between other requests, a large one in a
 * thread of its own with bounded memory and time, one after the other at each site. A file of a whole month is seconds of work.
 */
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { defineOutcome, type Finding, OutcomeError, refuse } from '@yba/fhir'
import { type ClaimFile, type ClaimRecord, checkRecord, readClaimGently } from '@yba/vietnam'

export type ToReader = { bytes: Uint8Array } | { next: true }
export type FromReader =
  | { file: Omit<ClaimFile, 'records'> }
  | { record: ClaimRecord; found: Finding[] }
  | { refused: Finding[] }
  | { end: true }

/** A record with everything found about it. */
export interface ReadRecord {
  record: ClaimRecord
  found: Finding[]
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

const MANY_WAIT = defineOutcome({
  code: 'claim-readers-busy',
  http: 503,
  severity: 'error',
  issue: 'throttled',
  vi: 'Đang đọc các tệp lớn khác.',
  en: 'Other large files are being read.',
  cure: { vi: 'Gửi lại sau một phút.', en: 'Send it again in a minute.' },
})

/** Bytes that are read in milliseconds: no thread is worth it. */
const SMALL = 1024 * 1024
const HEAP_MB = 640
const PATIENCE_MS = 60_000
/** Files of one site that are read or wait; each lies in memory meanwhile. */
const MOST_WAITING = 3

interface Queue {
  turn: Promise<void>
  waiting: number
}

/** Each site of a process has its own: the flood of one costs the others nothing but their share of the machine. */
const queues = new WeakMap<object, Queue>()

function queueOf(site: object): Queue {
  const known = queues.get(site) ?? { turn: Promise.resolve(), waiting: 0 }
  queues.set(site, known)
  return known
}

/**
 * Reads a file for a site; calls `each` with one record after the other and gives what is said of the file itself.
 * @throws OutcomeError what `readClaim` throws, `claim-too-costly`, `claim-readers-busy`
 */
export async function readFile(
  site: object,
  bytes: Buffer,
  each: (read: ReadRecord) => Promise<void>,
): Promise<Omit<ClaimFile, 'records'>> {
  if (bytes.length <= SMALL) {
    const { records, ...file } = await readClaimGently(bytes, () => setImmediate())
    for (const record of records) await each({ record, found: checkRecord(record) })
    return file
  }
  const queue = queueOf(site)
  if (queue.waiting >= MOST_WAITING) throw refuse(MANY_WAIT)
  queue.waiting++
  const before = queue.turn
  const { promise, resolve } = Promise.withResolvers<void>()
  queue.turn = promise
  try {
    await before
    return await readApart(bytes, each)
  } finally {
    queue.waiting--
    resolve()
  }
}

async function readApart(bytes: Buffer, each: (read: ReadRecord) => Promise<void>): Promise<Omit<ClaimFile, 'records'>> {
  const worker = new Worker(new URL('./read-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 64 },
  })
  // It may also die between two questions, or after its time was over: nobody must fall with it, and the next question says so.
  worker.on('error', () => undefined)
  try {
    let file: Omit<ClaimFile, 'records'> | undefined
    for (let said = await ask(worker, { bytes }); ; said = await ask(worker, { next: true })) {
      if ('refused' in said) throw new OutcomeError(said.refused)
      if ('end' in said) break
      if ('file' in said) file = said.file
      else await each(said)
    }
    return file ?? refuseAs('answer')
  } finally {
    await worker.terminate()
  }
}

function refuseAs(what: string): never {
  throw refuse(TOO_COSTLY, { what })
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

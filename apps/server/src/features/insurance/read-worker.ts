/** The thread that reads a large claim file: where it lies goes in, then one record at a time comes out, each when it is asked for. See `read-file.ts`. */
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { OutcomeError } from '@yba/fhir'
import { bytesSource, type ClaimSource, checkRecord, claimSteps, type ReadFrom } from '@yba/vietnam'
import type { ClaimBytes, FromReader, ToReader } from './read-file.ts'

const PIECE = 256 * 1024
/** How long it goes on by itself before it says that it does. */
const SILENCE_MS = 1000

const port = parentPort
const say = (message: FromReader): void => port?.postMessage(message)
let answers: Iterator<FromReader> | undefined

/** A thread of its own may wait for the disk. */
function fileSource(path: string, size: number): ClaimSource {
  return {
    size,
    *pieces() {
      const file = openSync(path, 'r')
      try {
        const piece = Buffer.alloc(PIECE)
        for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) yield piece.subarray(0, read)
      } finally {
        closeSync(file)
      }
    },
  }
}

function* read(from: ClaimBytes, after: ReadFrom): Generator<FromReader> {
  try {
    let spoke = performance.now()
    for (const step of claimSteps('bytes' in from ? bytesSource(from.bytes) : fileSource(from.path, from.size), after)) {
      if (step === undefined && performance.now() - spoke < SILENCE_MS) continue
      if (step === undefined) yield { looking: true }
      else if ('record' in step) yield { ...step, found: checkRecord(step.record) }
      else yield step
      spoke = performance.now()
    }
    yield { end: true }
  } catch (error) {
    if (error instanceof OutcomeError) yield { refused: error.findings }
    else if (error instanceof Error && 'code' in error) yield { failed: { code: String(error.code), message: error.message } }
    else throw error
  }
}

port?.on('message', (message: ToReader) => {
  if ('from' in message) answers = read(message.from, message.after)
  const next = answers?.next()
  if (next && !next.done) say(next.value)
})

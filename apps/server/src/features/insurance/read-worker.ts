/** The thread that reads a large claim file: bytes in, then one record at a time, each when it is asked for. See `read-file.ts`. */
import { parentPort } from 'node:worker_threads'
import { OutcomeError } from '@yba/fhir'
import { checkRecord, readClaim } from '@yba/vietnam'
import type { FromReader, ToReader } from './read-file.ts'

const port = parentPort
const say = (message: FromReader): void => port?.postMessage(message)
let records: Iterator<FromReader> | undefined

function* answers(bytes: Uint8Array): Generator<FromReader> {
  try {
    const { records: read, ...file } = readClaim(bytes)
    yield { file }
    while (read.length > 0) {
      const record = read.shift()
      if (record) yield { record, found: checkRecord(record) }
    }
    yield { end: true }
  } catch (error) {
    if (!(error instanceof OutcomeError)) throw error
    yield { refused: error.findings }
  }
}

port?.on('message', (message: ToReader) => {
  if ('bytes' in message) records = answers(message.bytes)
  const next = records?.next()
  if (next && !next.done) say(next.value)
})

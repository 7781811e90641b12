import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { startLoop } from './worker-loop.ts'

test('a turn that throws ends no worker: it is said, and the next turn comes', async () => {
  const said: string[] = []
  const log = pino({}, { write: (line: string) => void said.push((JSON.parse(line) as { msg: string }).msg) })
  let turns = 0
  const { promise: again, resolve } = Promise.withResolvers<void>()
  const loop = startLoop({ log, stopping: new AbortController().signal }, 'a worker', async (signal) => {
    turns++
    if (turns === 1) throw new Error('the database is away')
    resolve()
    await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }))
  })
  await again
  await loop.stop()
  assert.deepEqual([turns, said], [2, ['a worker']])
})

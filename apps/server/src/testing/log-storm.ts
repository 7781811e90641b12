/**
 * One process of the log's storm (store/log/log.test.ts): `node log-storm.ts <database url> <writers> <seed>`. Each writer has a
 * connection of its own, pauses inside open transactions, rolls back now and then, and sometimes commits very late. The
 * process also competes for numbering and runs the consumer `storm`. It is killed at random, so it tells nothing: what
 * was committed stands in the database.
 */
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type FhirResource, openPool, openStore } from '../store/index.ts'
import { testCaller } from '../store/testing.ts'

const [url = '', writers = '8', seed = '1'] = process.argv.slice(2)
const THREADS = 24

/** Repeatable numbers in [0, 1). */
function numbers(from: string): () => number {
  let n = 0
  return () => createHash('sha256').update(`${from} ${n++}`).digest().readUInt32BE() / 2 ** 32
}

const pool = openPool(url, Number(writers) + 6)
const root = await openStore({
  pool,
  siteKey: Buffer.alloc(32, 7),
  clock: { now: () => new Date() },
  blobFolder: join(tmpdir(), 'yba-log-storm'),
  sealEveryMs: 500,
})

const told = new pg.Pool({ connectionString: url, max: 2 })
root.log.consume('storm', async (entries) => {
  // The effect is idempotent by the entry's number; `times` shows that it may come again.
  for (const e of entries)
    await told.query('insert into storm_effect values ($1, $2) on conflict (n) do update set times = storm_effect.times + 1', [
      e.cursor.split('.')[1],
      e.versionId ?? null,
    ])
})

async function write(random: () => number): Promise<void> {
  const id = `t${Math.floor(random() * THREADS)}`
  const [pause, late, fails] = [random() * 25, random() < 0.02, random() < 0.15]
  const resource = { resourceType: 'Basic', code: { text: String(random()) } } as unknown as FhirResource
  await root.as(testCaller()).transact(async (tx) => {
    const [written] = await tx.write([{ kind: 'update', id, upsert: true, resource }])
    tx.emit({ kind: 'storm', thread: `Basic/${id}`, payload: { version: written?.versionId ?? 0 } })
    await delay(late ? 1200 : pause)
    if (fails) throw new Error('rolled back')
  })
}

async function writer(name: number): Promise<void> {
  const random = numbers(`${seed} ${name}`)
  for (;;) {
    await write(random).catch(() => undefined)
    await delay(random() * 20)
  }
}

process.send?.('up')
await Promise.all(Array.from({ length: Number(writers) }, (_, i) => writer(i)))

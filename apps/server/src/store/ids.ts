/** Ids made in the process: UUIDv7 for resources, row numbers from blocks of a sequence. */
import { randomFillSync } from 'node:crypto'
import type { Db } from './db.ts'

const BLOCK = 1000
const pool = Buffer.alloc(4096)
let used = pool.length

/** UUID version 7: milliseconds, then 74 random bits. */
export function uuidv7(now: number): string {
  if (used + 10 > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const time = now.toString(16).padStart(12, '0')
  const r = pool.toString('hex', used, used + 10)
  used += 10
  const variant = '89ab'[Number.parseInt(r.slice(3, 4), 16) & 3]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${r.slice(0, 3)}-${variant}${r.slice(4, 7)}-${r.slice(7, 19)}`
}

export interface RowNumbers {
  take(db: Db, count: number): Promise<string[]>
}

/** Hands out row numbers; a round trip to the sequence once in a thousand. Numbers of failed work are lost, which is fine. */
export function rowNumbers(): RowNumbers {
  const free: { next: number; end: number }[] = []
  return {
    async take(db, count) {
      let have = free.reduce((n, f) => n + f.end - f.next, 0)
      while (have < count) {
        const [row] = await db.query<{ v: string }>("select nextval('rid_seq') as v", [], true)
        const next = Number(row?.v)
        free.push({ next, end: next + BLOCK })
        // Others may have taken numbers while this one waited.
        have = free.reduce((n, f) => n + f.end - f.next, 0)
      }
      const out: string[] = []
      while (out.length < count) {
        const block = free[0]
        if (!block) break
        out.push(String(block.next++))
        if (block.next === block.end) free.shift()
      }
      return out
    },
  }
}

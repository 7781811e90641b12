/**
 * A second memory of the seals, outside the database: one line per seal in a file of the site's folder. Who has only the
 * database could take rows away and seal anew, or cut the newest seals off; the lines then no longer fit.
 */
import { appendFile, readFile } from 'node:fs/promises'
import type { Db } from '../db.ts'

export interface Witness {
  /** Writes down every seal that has no line yet. */
  note(): Promise<void>
  /** Number of the first seal that is not as written down; undefined when all fit. */
  firstDiffering(): Promise<number | undefined>
  /** Number of the newest seal written down, when the database does not have it: the database was put back. */
  aheadOf(): Promise<number | undefined>
}

interface Head {
  n: number
  hash: string
}

async function headsOf(file: string): Promise<Head[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => /^\d+ [0-9a-f]{64}$/.test(line))
    return lines.map((line) => ({ n: Number(line.split(' ')[0]), hash: line.split(' ')[1] ?? '' }))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

export function openWitness(db: Db, file: string): Witness {
  const sealed = (after: number) =>
    db.query<{ n: string; hash: string }>(`select n, encode(hash, 'hex') as hash from seal where n > $1 order by n`, [after])
  let last: number | undefined
  return {
    async note() {
      last ??= (await headsOf(file)).at(-1)?.n ?? 0
      const fresh = await sealed(last)
      if (fresh.length === 0) return
      await appendFile(file, fresh.map((s) => `${s.n} ${s.hash}\n`).join(''), { mode: 0o600, flush: true })
      last = Number(fresh.at(-1)?.n)
    },
    async firstDiffering() {
      const now = new Map((await sealed(0)).map((s) => [Number(s.n), s.hash]))
      return (await headsOf(file)).find((head) => now.get(head.n) !== head.hash)?.n
    },
    async aheadOf() {
      const head = (await headsOf(file)).at(-1)
      if (!head) return undefined
      const [newest] = await db.query<{ n: string }>('select coalesce(max(n), 0)::text as n from seal')
      return head.n > Number(newest?.n ?? 0) ? head.n : undefined
    },
  }
}

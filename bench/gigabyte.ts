/** A site of about a gigabyte, for measuring what is done with whole sites: the demo records many times over, and blobs. */

import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { withClient } from '../apps/server/src/box/postgres-databases.ts'

/** Rows of the store that carry a row number; a copy gets numbers and keys of its own. */
const COPIES: Record<string, string> = {
  res: `select rid + $1, t, id || '-' || $2, ver, lu, deleted, content, tok, case when pat > 0 then pat + $1 else pat end, sd, h + $1, org, sens, by from res where rid < $3`,
  hist: 'select rid + $1, ver, lu, deleted, content, by from hist where rid < $3 and $2::text is not null',
  ix_tok: 'select h, sd, rid + $1 from ix_tok where rid < $3 and $2::text is not null',
  ix_ref: 'select p, tgt + $1, rid + $1 from ix_ref where rid < $3 and $2::text is not null',
  ix_date: 'select p, lo, hi, rid + $1 from ix_date where rid < $3 and $2::text is not null',
  ix_qty: 'select p, unit, v, rid + $1 from ix_qty where rid < $3 and $2::text is not null',
  ix_str: 'select p, v, rid + $1 from ix_str where rid < $3 and $2::text is not null',
  ix_word: 'select p, w, sd, rid + $1, words from ix_word where rid < $3 and $2::text is not null',
  uniq: `select system, value || '-' || $2, t, rid + $1, one from uniq where rid < $3`,
}
const STEP = 1_000_000_000n

/** Grows the site to `bytes`, a quarter of it in blobs. Gives what it has then. */
export async function growTo(url: string, folder: string, bytes: number): Promise<{ database: number; blobs: number; rows: number }> {
  return await withClient(url, async (client) => {
    await client.query('set synchronous_commit = off')
    const [first, began] = [await highest(client), await sizeOf(client)]
    for (let copy = 1; (await sizeOf(client)) < bytes * 0.75; copy++) {
      const values = [(STEP * BigInt(copy)).toString(), String(copy), first]
      for (const [table, select] of Object.entries(COPIES)) await client.query(`insert into ${table} ${select}`, values)
    }
    await client.query('checkpoint').catch(() => undefined)
    const database = await sizeOf(client)
    if (database <= began) throw new Error('the site did not grow')
    const { rows } = await client.query<{ n: string }>('select count(*) as n from res')
    return { database, blobs: writeBlobs(folder, bytes * 0.25), rows: Number(rows[0]?.n) }
  })
}

async function highest(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ top: string }>('select (max(rid) + 1)::text as top from res')
  return rows[0]?.top ?? '1'
}

async function sizeOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>('select pg_database_size(current_database()) as n')
  return Number(rows[0]?.n)
}

/** Papers of 100 kB, which do not compress. */
function writeBlobs(folder: string, bytes: number): number {
  let written = 0
  while (written < bytes) {
    const content = randomBytes(100_000)
    const sha = createHash('sha256').update(content).digest('hex')
    const place = join(folder, 'blobs', sha.slice(0, 2), sha.slice(2, 4))
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, sha), content)
    written += content.length
  }
  return written
}

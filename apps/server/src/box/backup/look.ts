/** Looks at a restored site: every audit seal recomputed, every blob that a record names found and whole. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openPool, openStore } from '../../store/index.ts'
import { digestOf } from './manifest.ts'
import { namedBlobs, type SiteDatabase } from './tables.ts'

export interface Looked {
  name: string
  audit: { ok: boolean; rows: number; seals: number; problem?: string }
  blobs: { named: number; missing: string[]; damaged: string[] }
}

/** @param absentBlobs what the site did not have itself when it was backed up */
export async function lookAt(site: SiteDatabase, folder: string, absentBlobs: readonly string[]): Promise<Looked> {
  const named = await namedBlobs(site.url)
  const absent = new Set(absentBlobs)
  const blobs: Looked['blobs'] = { named: named.length, missing: [], damaged: [] }
  for (const sha of named.filter((one) => !absent.has(one))) {
    const file = join(folder, 'blobs', sha.slice(0, 2), sha.slice(2, 4), sha)
    if (!existsSync(file)) blobs.missing.push(sha)
    else if ((await digestOf(file)) !== sha) blobs.damaged.push(sha)
  }
  return { name: site.name, audit: await verifyAudit(site, folder), blobs }
}

async function verifyAudit(site: SiteDatabase, folder: string): Promise<Looked['audit']> {
  const pool = openPool(site.url, 3)
  const store = await openStore({
    pool,
    // Verifying reads no index, so the secret of the index does not matter here.
    siteKey: Buffer.alloc(32),
    clock: { now: () => new Date() },
    blobFolder: join(folder, 'blobs'),
    witnessFile: join(folder, 'audit-seals.txt'),
    sealEveryMs: 0,
  })
  try {
    const { ok, rows, seals, problem } = await store.audit.verify()
    return { ok, rows, seals, ...(problem ? { problem: `${problem.en} (seal ${problem.seal}, row ${problem.seq ?? '?'})` } : {}) }
  } finally {
    await store.close()
    await pool.end()
  }
}

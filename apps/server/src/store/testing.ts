/** A store on a fresh database, and callers, for tests of the store and of what stands on it. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Caller, Grant } from '../access/caller.ts'
import { type TestDatabase, testDatabase } from '../testing/database.ts'
import { type FhirResource, migrateStore, openStore, type StoreOptions, type StoreRoot } from './index.ts'

const schema = join(import.meta.dirname, 'schema')
const key = createHash('sha256')
for (const file of readdirSync(schema).sort()) key.update(readFileSync(join(schema, file)))
const template = {
  key: `store ${key.digest('hex')}`,
  prepare: async (url: string) => {
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    await migrateStore(pool)
    await pool.end()
  },
}

export interface TestStore {
  root: StoreRoot
  database: TestDatabase
  /** Stands still unless moved. */
  clock: { now(): Date; at: number | null }
  blobFolder: string
  drop(): Promise<void>
}

/** A migrated store that seals only when asked. */
export async function testStore(options: Partial<StoreOptions> = {}): Promise<TestStore> {
  const database = await testDatabase({ template })
  const blobFolder = mkdtempSync(join(tmpdir(), 'yba-blobs-'))
  const clock = {
    at: null as number | null,
    now: () => new Date(clock.at ?? Date.now()),
  }
  const root = await openStore({
    url: database.url,
    siteKey: Buffer.alloc(32, 7),
    clock,
    blobFolder,
    sealEveryMs: 0,
    poolSize: 6,
    ...options,
  })
  const drop = async () => {
    await root.close()
    await database.drop()
    rmSync(blobFolder, { recursive: true, force: true })
  }
  return { root, database, clock, blobFolder, drop }
}

/** A grant that reaches everything. */
export const EVERYTHING: Grant = {
  types: '*',
  actions: ['read', 'search', 'history', 'write'],
  scope: 'all',
  maxSensitivity: 2,
  purpose: 'HOPERAT',
}

/** A system caller with all rights, changed as asked. */
export function testCaller(change: Partial<Caller> = {}): Caller {
  return {
    kind: 'system',
    id: 'system:test',
    display: 'test',
    role: 'system',
    facility: '24997',
    departments: [],
    purpose: 'HOPERAT',
    permissions: new Set(),
    grants: [EVERYTHING],
    requestId: 'r1',
    ...change,
  }
}

/** Writes resources under their own ids, past all doors, in one transaction. */
export const writeAll = (root: StoreRoot, resources: readonly object[]) =>
  root.as(testCaller()).transact((tx) =>
    tx.write(
      resources.map((resource) => ({
        kind: 'update' as const,
        upsert: true,
        id: (resource as { id: string }).id,
        resource: resource as FhirResource,
      })),
    ),
  )

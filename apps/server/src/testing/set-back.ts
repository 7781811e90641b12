/** A site put back to an earlier hour, as a restore does it: database, files and a new epoch. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '../box/postgres-databases.ts'
import { openPool, startEpoch } from '../store/index.ts'
import { testCluster } from './database.ts'
import type { TestNode } from './exchange.ts'

export interface Backup {
  /** Closes the site, puts it back, begins a new epoch and, unless told otherwise, opens it. */
  restore(how?: { open?: boolean }): Promise<void>
  drop(): Promise<void>
}

const FILES = ['blobs', 'audit-seals.txt'] as const

/** Remembers a site as it is now. It is closed for the moment of the copy, so nothing is half-way. */
export async function backupOf(node: TestNode): Promise<Backup> {
  const server = await testCluster()
  const name = new URL(node.settings.database).pathname.slice(1)
  const kept = `${name}_kept`
  const files = mkdtempSync(join(tmpdir(), 'yba-kept-'))
  const alone = (database: string) =>
    withClient(server.superuserUrl, (c) => c.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]))
  const copy = async (from: string, to: string) => {
    await alone(from)
    await server.dropDatabase(to)
    await alone(from)
    await server.createDatabase(to, { template: from })
  }
  const copyFiles = (from: string, to: string) => {
    for (const one of FILES) {
      rmSync(join(to, one), { recursive: true, force: true })
      if (existsSync(join(from, one))) cpSync(join(from, one), join(to, one), { recursive: true })
    }
  }
  await node.close()
  await copy(name, kept)
  copyFiles(node.settings.folder, files)
  await node.open()
  return {
    async restore(how = {}) {
      await node.close()
      await copy(kept, name)
      copyFiles(files, node.settings.folder)
      const pool = openPool(node.settings.database, 1)
      await startEpoch(pool, 'restore')
      await pool.end()
      if (how.open !== false) await node.open()
    },
    async drop() {
      await server.dropDatabase(kept)
      rmSync(files, { recursive: true, force: true })
    },
  }
}

/** Databases of the cluster: made, copied, dropped. The only SQL outside the store that names no table of ours. */

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface CreateOptions {
  /** Copied from this database, which nobody may be using. */
  template?: string
  /** Role that owns it; others are then kept out. */
  owner?: string
}

/** Makes the database when it is missing; true when it was made now. Names are quoted, so any name is safe. */
export async function createDatabase(superuserUrl: string, name: string, options: CreateOptions = {}): Promise<boolean> {
  return await withClient(superuserUrl, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount) return false
    const quoted = client.escapeIdentifier(name)
    const owner = options.owner ? ` owner ${client.escapeIdentifier(options.owner)}` : ''
    const copy = options.template ? ` template ${client.escapeIdentifier(options.template)}` : ''
    await client.query(`create database ${quoted}${owner}${copy}`)
    // Sites share a server in the box: each role enters its own database only.
    if (options.owner) await client.query(`revoke connect on database ${quoted} from public`)
    return true
  })
}

/** Makes a login role, or gives an existing one this password. */
export async function createRole(superuserUrl: string, name: string, password: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const found = await client.query('select 1 from pg_roles where rolname = $1', [name])
    const verb = found.rowCount ? 'alter' : 'create'
    await client.query(`${verb} role ${client.escapeIdentifier(name)} login password ${client.escapeLiteral(password)}`)
  })
}

/**
 * Drops the database. Connections that are closing get a second to be gone (a pool's `end()` resolves before
 * its backends have left); after that whoever still uses the database is disconnected.
 */
export async function dropDatabase(superuserUrl: string, name: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const quoted = client.escapeIdentifier(name)
    for (let patience = 20; patience > 0; patience--) {
      const users = await client.query('select 1 from pg_stat_activity where datname = $1 limit 1', [name])
      if (!users.rowCount) break
      await sleep(50)
    }
    await client.query(`drop database if exists ${quoted} with (force)`)
  })
}

/** Names of all databases that are not templates. */
export async function databaseNames(superuserUrl: string): Promise<string[]> {
  const result = await withClient(superuserUrl, (client) => client.query<{ datname: string }>('select datname from pg_database'))
  return result.rows.map((row) => row.datname)
}

/** Runs one piece of work on one connection, closed afterwards in every case. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

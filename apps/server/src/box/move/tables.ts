/** The SQL of moving a site: every table as lines of JSON, and back. */

import pg from 'pg'

export interface Sequence {
  name: string
  /** null = never used. */
  last: string | null
}

export interface Migration {
  name: string
  digest: string
}

/** Runs `work` on one connection whose texts of values do not hang on settings of the server. */
export async function withSession<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(
      `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set extra_float_digits = 1; set bytea_output = 'hex'`,
    )
    return await work(client)
  } finally {
    await client.end()
  }
}

export const beginReading = (client: pg.Client) => client.query('begin isolation level repeatable read read only')

/** All tables but the list of migrations; those that refer to others come last. */
export async function tableNames(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'migration'
     order by exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'), c.relname collate "C"`,
  )
  return rows.map((row) => row.name)
}

export async function migrationsOf(client: pg.Client): Promise<Migration[]> {
  return (await client.query<Migration>('select name, digest from migration order by name')).rows
}

export async function sequencesOf(client: pg.Client): Promise<Sequence[]> {
  const { rows } = await client.query<Sequence>(
    `select sequencename as name, last_value::text as last from pg_sequences where schemaname = 'public' order by 1`,
  )
  return rows
}

/** Number of the newest seal of the audit; 0 before the first. */
export async function lastSeal(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>('select coalesce(max(n), 0) as n from seal')
  return Number(rows[0]?.n ?? 0)
}

/** Rows as JSON texts in an order of their own content, so that equal tables give equal files. */
export async function* linesOf(client: pg.Client, table: string): AsyncGenerator<string> {
  const name = pg.escapeIdentifier(table)
  await client.query(
    `declare lines no scroll cursor for select line from (select row_to_json(whole.*)::text as line from ${name} whole) l order by line collate "C"`,
  )
  for (;;) {
    const { rows } = await client.query<{ line: string }>('fetch 500 from lines')
    for (const row of rows) yield row.line
    if (rows.length === 0) break
  }
  await client.query('close lines')
}

/** True when nobody has worked in this database yet. */
export async function isEmpty(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ used: boolean }>(
    'select exists (select 1 from res) or exists (select 1 from event) or exists (select 1 from audit) or exists (select 1 from app_user) as used',
  )
  return rows[0]?.used === false
}

/** Takes out what migrations laid in. */
export async function clear(client: pg.Client, tables: readonly string[]): Promise<void> {
  await client.query(`truncate ${tables.map((name) => pg.escapeIdentifier(name)).join(', ')}`)
}

/** Puts lines back as rows, numbers of identity columns included. */
export async function load(client: pg.Client, table: string, lines: readonly string[]): Promise<void> {
  const name = pg.escapeIdentifier(table)
  await client.query(`insert into ${name} overriding system value select * from json_populate_recordset(null::${name}, $1::json)`, [
    `[${lines.join(',')}]`,
  ])
}

export async function setSequence(client: pg.Client, sequence: Sequence): Promise<void> {
  if (sequence.last !== null) await client.query('select setval(quote_ident($1)::regclass, $2::bigint)', [sequence.name, sequence.last])
}

/** Cursors handed out at the old place are refused at the new one. */
export async function newEpoch(client: pg.Client, why: string): Promise<number> {
  const { rows } = await client.query<{ epoch: number }>(
    'insert into epoch (epoch, started, why) select max(epoch) + 1, now(), $1 from epoch returning epoch',
    [why],
  )
  return rows[0]?.epoch ?? 1
}

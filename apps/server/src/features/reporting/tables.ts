/** Counted days: what a node has told, and what the hub holds of its nodes and of the slips that crossed it. No person is in them. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import type { DayBasis, DayCount } from './contract.ts'

export const nodeMigrations = [
  {
    name: '001-node',
    sql: `create table reporting_told(
      day text collate "C" primary key,
      records int not null,
      slips int not null)`,
  },
]

export const hubMigrations = [
  {
    name: '001-hub',
    sql: `create table reporting_count(
      facility text collate "C" not null,
      day text collate "C" not null,
      records int not null,
      slips int not null,
      reported_at timestamptz not null,
      corrections int not null default 0,
      primary key (facility, day));
    create index on reporting_count(day);
    create table reporting_facility(
      facility text collate "C" primary key,
      told_at timestamptz not null,
      last_file_at timestamptz);
    create table reporting_slip(
      task text collate "C" primary key,
      issuer text collate "C" not null,
      day text collate "C" not null,
      answered boolean not null);
    create index reporting_slip_day on reporting_slip(day, issuer) include (answered);
    create table reporting_snapshot(
      id bigint generated always as identity primary key,
      kind text collate "C" not null check (kind in ('week', 'month')),
      from_day text collate "C" not null,
      until_day text collate "C" not null,
      edition int not null,
      at timestamptz not null,
      by_id text collate "C",
      by_name text,
      reason text not null,
      sha256 text collate "C" not null,
      totals jsonb not null,
      basis text not null,
      body text not null,
      unique (kind, from_day, edition))`,
  },
  {
    // Counted when a slip changes, not when somebody looks: a year of a province is a quarter of a million slips.
    name: '002-exchanged',
    sql: `create table reporting_exchanged(
      facility text collate "C" not null,
      day text collate "C" not null,
      exchanged int not null,
      answered int not null,
      primary key (day, facility));
    insert into reporting_exchanged
      select issuer, day, count(*), count(*) filter (where answered) from reporting_slip group by issuer, day`,
  },
  {
    // An outcome that was taken back had counted as an answer: every slip is looked at once more.
    name: '003-outcomes-that-stand',
    sql: `delete from consumer where name = 'reporting-slips'`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** Days this node has told and the hub has taken. */
export function told(db: Sql): Promise<(DayCount & Record<string, unknown>)[]> {
  return db.sql<DayCount & Record<string, unknown>>('select day, records, slips from reporting_told order by day')
}

export async function noteTold(db: Sql, days: readonly DayCount[]): Promise<void> {
  await db.sql(
    `insert into reporting_told(day, records, slips) select * from unnest($1::text[], $2::int[], $3::int[])
     on conflict (day) do update set records = excluded.records, slips = excluded.slips`,
    [days.map((d) => d.day), days.map((d) => d.records), days.map((d) => d.slips)],
  )
}

/** The hub holds something else: everything is told again. */
export async function forgetTold(db: Sql): Promise<void> {
  await db.sql('delete from reporting_told')
}

/** Days a facility told; a day that is told anew with other figures is a correction. */
export async function putCounts(db: Sql, facility: string, days: readonly DayCount[], now: Date): Promise<void> {
  await db.sql(
    `insert into reporting_count as c(facility, day, records, slips, reported_at)
     select $1, d.day, d.records, d.slips, $5 from unnest($2::text[], $3::int[], $4::int[]) as d(day, records, slips)
     on conflict (facility, day) do update set records = excluded.records, slips = excluded.slips, reported_at = excluded.reported_at,
       corrections = c.corrections + case when c.records = excluded.records and c.slips = excluded.slips then 0 else 1 end`,
    [facility, days.map((d) => d.day), days.map((d) => d.records), days.map((d) => d.slips), now],
  )
}

export function countsOf(db: Sql, facility: string): Promise<(DayCount & Record<string, unknown>)[]> {
  return db.sql<DayCount & Record<string, unknown>>('select day, records, slips from reporting_count where facility = $1', [facility])
}

export async function noteFacility(db: Sql, facility: string, lastFile: Date | null, now: Date): Promise<void> {
  await db.sql(
    `insert into reporting_facility(facility, told_at, last_file_at) values ($1, $2, $3)
     on conflict (facility) do update set told_at = excluded.told_at, last_file_at = excluded.last_file_at`,
    [facility, now, lastFile],
  )
}

export function lastFiles(db: Sql): Promise<{ facility: string; last_file_at: Date | null }[]> {
  return db.sql<{ facility: string; last_file_at: Date | null }>('select facility, last_file_at from reporting_facility')
}

export interface CountedSlip {
  task: string
  issuer: string
  day: string
  answered: boolean
}

/**
 * Slips that count, by their Tasks; those in `gone` do not, or not any more. The days they were and are of are counted
 * anew. One writer at a time.
 */
export async function putSlips(db: Sql, slips: readonly CountedSlip[], gone: readonly string[]): Promise<void> {
  const tasks = [...slips.map((s) => s.task), ...gone]
  const before = await db.sql<{ issuer: string; day: string }>('select distinct issuer, day from reporting_slip where task = any($1)', [
    tasks,
  ])
  if (gone.length > 0) await db.sql('delete from reporting_slip where task = any($1)', [gone])
  if (slips.length > 0)
    await db.sql(
      `insert into reporting_slip(task, issuer, day, answered) select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[])
       on conflict (task) do update set issuer = excluded.issuer, day = excluded.day, answered = excluded.answered`,
      [slips.map((s) => s.task), slips.map((s) => s.issuer), slips.map((s) => s.day), slips.map((s) => s.answered)],
    )
  await countDays(db, [...before, ...slips])
}

async function countDays(db: Sql, days: readonly { issuer: string; day: string }[]): Promise<void> {
  const pairs = [days.map((d) => d.issuer), days.map((d) => d.day)]
  await db.sql('delete from reporting_exchanged where (facility, day) in (select * from unnest($1::text[], $2::text[]))', pairs)
  await db.sql(
    `insert into reporting_exchanged(facility, day, exchanged, answered)
     select issuer, day, count(*), count(*) filter (where answered) from reporting_slip
     where (issuer, day) in (select * from unnest($1::text[], $2::text[])) group by issuer, day`,
    pairs,
  )
}

type DayRow = {
  facility: string
  day: string
  records: number | null
  slips: number | null
  reported_at: Date | null
  corrections: number | null
  exchanged: number
  answered: number
}

/** Every day of a period of which something is known, facility by facility. */
export async function daysOf(db: Sql, from: string, until: string): Promise<DayBasis[]> {
  const rows = await db.sql<DayRow>(
    `select coalesce(c.facility, s.facility) as facility, coalesce(c.day, s.day) as day, c.records, c.slips, c.reported_at, c.corrections,
       coalesce(s.exchanged, 0) as exchanged, coalesce(s.answered, 0) as answered
     from (select * from reporting_count where day between $1 and $2 and records > 0) c
       full join (select * from reporting_exchanged where day between $1 and $2) s on s.facility = c.facility and s.day = c.day
     order by 1, 2`,
    [from, until],
  )
  return rows.map((r) => ({
    facility: r.facility,
    day: r.day,
    ...(r.records === null ? {} : { records: r.records, slips: r.slips ?? 0 }),
    ...(r.reported_at ? { reportedAt: r.reported_at.toISOString() } : {}),
    ...(r.corrections ? { corrections: r.corrections } : {}),
    exchanged: r.exchanged,
    answered: r.answered,
  }))
}

/** The table of alerts: one open row per (kind, subject); a cleared one stays as the story of what was wrong and how long. */
import type { Role } from '../../../access/permissions.ts'
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const alertMigrations = [
  {
    name: 'alerts-001',
    sql: `create table alert(
      id bigint generated always as identity primary key,
      kind text collate "C" not null,
      subject text collate "C" not null,
      severity text collate "C" not null check (severity in ('information', 'warning', 'error')),
      role text collate "C" not null,
      vi text not null,
      en text not null,
      cure_vi text,
      cure_en text,
      details jsonb not null default '{}',
      first_at timestamptz not null,
      last_at timestamptz not null,
      times int not null default 1,
      cleared_at timestamptz,
      cleared_by text collate "C",
      cleared_why text);
    create unique index alert_open on alert(kind, subject) where cleared_at is null;
    create index on alert(first_at desc)`,
  },
]

export type Sql = Pick<StoreRoot | Transaction, 'sql'>

export type AlertSeverity = 'information' | 'warning' | 'error'

export interface NewAlert {
  /** Kebab-case name of what is wrong, for instance `node-silent`; operations.md says what to do about each. */
  kind: string
  /** What it is about: a facility code, a slip number, a worker's name. Never a person. */
  subject: string
  severity: AlertSeverity
  /** Whose work it is. */
  role: Role
  vi: string
  en: string
  cure?: { vi: string; en: string }
  /** Figures and codes that explain it; never patient data. */
  details?: Record<string, string | number | boolean | null>
}

export interface AlertRow extends Record<string, unknown> {
  id: string
  kind: string
  subject: string
  severity: AlertSeverity
  role: Role
  vi: string
  en: string
  cure_vi: string | null
  cure_en: string | null
  details: Record<string, string | number | boolean | null>
  first_at: Date
  last_at: Date
  times: number
  cleared_at: Date | null
  cleared_by: string | null
  cleared_why: string | null
}

/** Opens or refreshes; true when it was not open before. */
export async function putAlert(db: Sql, a: NewAlert, now: Date): Promise<boolean> {
  const rows = await db.sql<{ fresh: boolean }>(
    `insert into alert(kind, subject, severity, role, vi, en, cure_vi, cure_en, details, first_at, last_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
     on conflict (kind, subject) where cleared_at is null do update set severity = excluded.severity, role = excluded.role,
       vi = excluded.vi, en = excluded.en, cure_vi = excluded.cure_vi, cure_en = excluded.cure_en, details = excluded.details,
       last_at = greatest(alert.last_at, excluded.last_at), times = alert.times + 1
     returning times = 1 as fresh`,
    [a.kind, a.subject, a.severity, a.role, a.vi, a.en, a.cure?.vi ?? null, a.cure?.en ?? null, JSON.stringify(a.details ?? {}), now],
  )
  return rows[0]?.fresh === true
}

/** Closes an open alert; true when there was one. */
export async function endAlert(db: Sql, kind: string, subject: string, by: string | null, why: string | null, now: Date): Promise<boolean> {
  const rows = await db.sql(
    `update alert set cleared_at = $3, cleared_by = $4, cleared_why = $5 where kind = $1 and subject = $2 and cleared_at is null returning id`,
    [kind, subject, now, by, why],
  )
  return rows.length > 0
}

/** Whether a person has closed an alert that said the very same: then it need not be said again. */
export async function wasDealtWith(db: Sql, kind: string, subject: string, details: Record<string, string | number>): Promise<boolean> {
  const rows = await db.sql(
    'select id from alert where kind = $1 and subject = $2 and cleared_by is not null and details @> $3::jsonb limit 1',
    [kind, subject, JSON.stringify(details)],
  )
  return rows.length > 0
}

export function readOpenAlerts(db: Sql): Promise<AlertRow[]> {
  return db.sql<AlertRow>(
    `select * from alert where cleared_at is null
     order by case severity when 'error' then 0 when 'warning' then 1 else 2 end, first_at, id`,
  )
}

/** Open and cleared ones that were open at some moment since, newest first. */
export function readAlertStory(db: Sql, since: Date, limit: number): Promise<AlertRow[]> {
  return db.sql<AlertRow>(`select * from alert where cleared_at is null or cleared_at >= $1 order by first_at desc, id desc limit $2`, [
    since,
    limit,
  ])
}

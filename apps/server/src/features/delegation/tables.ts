/** The register of signing authority: rows are added, never changed; ending one is a row of its own. */
import type { PaperKind, SigningForm } from '@yba/vietnam'
import type { StoreRoot, Transaction } from '../../store/types.ts'

export const migrations = [
  {
    name: '001-delegation',
    // Periods are instants, so that a night's duty fits as well as a year's decision.
    sql: `create table delegation(
      id text collate "C" primary key,
      user_id text collate "C" not null,
      user_name text not null,
      form text collate "C" not null check (form in ('head', 'KT', 'TL', 'TUQ')),
      head text not null,
      title text not null,
      kinds text[] not null,
      decision text not null,
      decided_on date not null,
      from_at timestamptz not null,
      until_at timestamptz check (until_at > from_at),
      recorded_at timestamptz not null,
      recorded_by text collate "C" not null,
      recorded_by_name text not null);
    create index on delegation(user_id);
    create table delegation_end(
      delegation text collate "C" primary key references delegation(id),
      reason text not null,
      at timestamptz not null,
      recorded_by text collate "C" not null,
      recorded_by_name text not null);
    create function delegation_kept() returns trigger language plpgsql as
      $$ begin raise exception 'the register of signing authority is append-only'; end $$;
    create trigger kept before update or delete on delegation for each row execute function delegation_kept();
    create trigger kept before update or delete on delegation_end for each row execute function delegation_kept()`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface DelegationRow extends Record<string, unknown> {
  id: string
  user_id: string
  user_name: string
  form: SigningForm
  head: string
  title: string
  kinds: PaperKind[]
  decision: string
  /** yyyy-mm-dd */
  decided_on: string
  from_at: Date
  until_at: Date | null
  recorded_at: Date
  recorded_by: string
  recorded_by_name: string
  ended_at: Date | null
  ended_because: string | null
  ended_by_name: string | null
}

const COLUMNS = `d.id, d.user_id, d.user_name, d.form, d.head, d.title, d.kinds, d.decision,
  to_char(d.decided_on, 'YYYY-MM-DD') as decided_on, d.from_at, d.until_at, d.recorded_at, d.recorded_by, d.recorded_by_name,
  e.at as ended_at, e.reason as ended_because, e.recorded_by_name as ended_by_name`
const REGISTER = 'delegation d left join delegation_end e on e.delegation = d.id'

export async function insertDelegation(
  db: Sql,
  row: Omit<DelegationRow, 'recorded_at' | 'ended_at' | 'ended_because' | 'ended_by_name'>,
  now: Date,
): Promise<void> {
  await db.sql(
    `insert into delegation(id, user_id, user_name, form, head, title, kinds, decision, decided_on, from_at, until_at, recorded_at, recorded_by, recorded_by_name)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::date, $10, $11, $12, $13, $14)`,
    [
      row.id,
      row.user_id,
      row.user_name,
      row.form,
      row.head,
      row.title,
      row.kinds,
      row.decision,
      row.decided_on,
      row.from_at,
      row.until_at,
      now,
      row.recorded_by,
      row.recorded_by_name,
    ],
  )
}

/** False when it had ended before. */
export async function insertEnd(db: Sql, id: string, reason: string, by: { id: string; name: string }, now: Date): Promise<boolean> {
  const rows = await db.sql(
    `insert into delegation_end(delegation, reason, at, recorded_by, recorded_by_name) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning delegation`,
    [id, reason, now, by.id, by.name],
  )
  return rows.length === 1
}

/** The whole register, the newest row first. */
export function listDelegations(db: Sql): Promise<DelegationRow[]> {
  return db.sql<DelegationRow>(`select ${COLUMNS} from ${REGISTER} order by d.recorded_at desc, d.id`)
}

export async function readDelegation(db: Sql, id: string): Promise<DelegationRow | null> {
  const rows = await db.sql<DelegationRow>(`select ${COLUMNS} from ${REGISTER} where d.id = $1`, [id])
  return rows[0] ?? null
}

/**
 * By what a person may sign a kind of paper at an instant: the head's own office before KT., TL. and TUQ.; among
 * equals the one that began last. What was recorded or ended later says nothing about the instant.
 */
export async function delegationAt(db: Sql, user: string, kind: PaperKind, at: Date): Promise<DelegationRow | null> {
  const rows = await db.sql<DelegationRow>(
    `select ${COLUMNS} from ${REGISTER}
     where d.user_id = $1 and $2 = any(d.kinds) and d.recorded_at <= $3 and d.from_at <= $3
       and (d.until_at is null or d.until_at > $3) and (e.at is null or e.at > $3)
     order by array_position(array['head', 'KT', 'TL', 'TUQ'], d.form), d.from_at desc, d.recorded_at desc, d.id limit 1`,
    [user, kind, at],
  )
  return rows[0] ?? null
}

/** Whether anything was ever recorded about a person. */
export async function hasDelegation(db: Sql, user: string): Promise<boolean> {
  return (await db.sql('select 1 as one from delegation where user_id = $1 limit 1', [user])).length > 0
}

/** What ends between two instants without having been ended before. */
export function endingBetween(db: Sql, from: Date, to: Date): Promise<DelegationRow[]> {
  return db.sql<DelegationRow>(
    `select ${COLUMNS} from ${REGISTER} where e.at is null and d.until_at > $1 and d.until_at <= $2 order by d.until_at`,
    [from, to],
  )
}

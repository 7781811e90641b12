/** How many records and referral slips the claim files of this facility speak of, day by day. No person is in the figures. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const slipCountMigration = {
  name: '006-slip-counts',
  // Records that came before this table do not say their day: the first day that is counted is the one after.
  sql: `alter table claim_record add column left_on text collate "C", add column slip text collate "C";
    create index claim_record_left on claim_record(left_on) include (slip) where head = 'XML1' and not undone and left_on is not null;
    create table claim_counted_since(one boolean primary key default true check (one), day text collate "C" not null);
    insert into claim_counted_since(day)
      select case when exists (select from claim_record)
        then to_char((now() at time zone 'Asia/Ho_Chi_Minh') + interval '1 day', 'YYYY-MM-DD') else '0001-01-01' end`,
}

/** What of a record is counted: the day the stay ended (yyyy-mm-dd), and the slip of its XML13. */
export interface RecordSlip {
  left_on: string | null
  slip: string | null
}

export interface DaySlips extends Record<string, unknown> {
  day: string
  /** Standing records whose stay ended on this day. */
  records: number
  /** Different slip numbers in their XML13. */
  slips: number
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/**
 * Days of a period of which this site holds records, each with its figures. A day without records is not in the answer:
 * nobody here knows whether no slip was written or no file came.
 */
export function slipsByDay(db: Sql, from: string, until: string): Promise<DaySlips[]> {
  return db.sql<DaySlips>(
    `select left_on as day, count(*)::int as records, count(distinct slip)::int as slips
     from claim_record where head = 'XML1' and not undone and left_on is not null
       and left_on between greatest($1, (select day from claim_counted_since)) and $2
     group by left_on order by left_on`,
    [from, until],
  )
}

/** When the last claim file came, by whatever door. */
export async function lastFileAt(db: Sql): Promise<Date | null> {
  return (await db.sql<{ at: Date | null }>('select max(received_at) as at from claim_file'))[0]?.at ?? null
}

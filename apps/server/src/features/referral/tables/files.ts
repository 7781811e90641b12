/**
 * What the files of this facility's own HIS say of a stay, as far as a slip may hang on it. A row lives until its stay has
 * found its slip and said all; without a slip it is forgotten after a while, for most patients come with none.
 */
import type { ClaimOutcome } from '@yba/vietnam'
import type { Caller } from '../../../access/caller.ts'
import type { StoreRoot, Transaction } from '../../../store/types.ts'
import type { FindingView } from '../contract.ts'
import type { PersonFacts } from '../task.ts'

export const fileMigrations = [
  {
    name: 'files-001',
    sql: `create table referral_file(
      record text collate "C" primary key,
      encounter text collate "C" not null,
      slip_issuer text collate "C",
      slip_number text collate "C",
      citizen text collate "C",
      said jsonb not null,
      task text collate "C",
      waiting boolean not null,
      due_at timestamptz,
      tries int not null default 0,
      findings jsonb not null default '[]',
      at timestamptz not null);
    create index on referral_file(slip_issuer, slip_number) where waiting;
    create index on referral_file(citizen) where waiting;
    create index on referral_file(task);
    create index on referral_file(due_at) where due_at is not null`,
  },
  {
    name: 'files-002',
    // What following the file did here, so that it can be taken back; outcomes that are to be taken back.
    sql: `alter table referral_file add column did jsonb not null default '{}';
    create table referral_withdrawal(
      task text collate "C" primary key,
      reason text not null,
      by text not null,
      due_at timestamptz not null,
      tries int not null default 0)`,
  },
]

export interface FileSaid {
  /** MA_LK, and the digest of this sending. */
  record: string
  digest: string
  /** References of the patient and the stay the file became. */
  patient: string
  encounter: string
  person: Pick<PersonFacts, 'name' | 'birthDate' | 'sex' | 'citizenId'>
  /** Facility and number as the record names them (MA_NOI_DI, GIAY_CHUYEN_TUYEN). */
  slip?: { issuer: string; number: string }
  /** NGAY_VAO, ISO with zone: told to the hub as it stands. */
  at: string
  /** How the stay went, once the record says that it is over. */
  outcome?: ClaimOutcome
  by: Pick<Caller, 'id' | 'display' | 'role'>
}

export interface FileRow {
  said: FileSaid
  /** The Task the stay belongs to, once it is known. */
  task: string | null
  did: FileDid
  dueAt: Date
  tries: number
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>
type DbRow = Record<string, unknown> & FileRow

const COLUMNS = 'said, task, did, due_at as "dueAt", tries'

/** Who takes a record over, takes it back or looks at it again, one after the other; taken before any slip's lock. */
export const lockRecord = (tx: Pick<Transaction, 'lockKey'>, record: string): Promise<void> => tx.lockKey(`claim:${record}`)

/** Whose slips and files are matched by the citizen's number; held while either is looked up and kept. */
export const lockCitizen = (tx: Pick<Transaction, 'lockKey'>, citizen: string): Promise<void> => tx.lockKey(`citizen:${citizen}`)

/** What following a file did to the referral here. */
export interface FileDid {
  /** The arrival was told by it. */
  arrived?: true
  /** The stay somebody had opened on screen, and its status then. */
  replaced?: { stay: string; status: string }
}

/** What is known of a record's stay: its Task, and what following it did. */
export type Known = Pick<FileRow, 'task' | 'did'>

export async function fileOf(db: Sql, record: string): Promise<Known | null> {
  const rows = await db.sql<Known & Record<string, unknown>>('select task, did from referral_file where record = $1', [record])
  return rows[0] ?? null
}

/** The record that told the visit of a Task here. */
export async function recordOf(db: Sql, task: string): Promise<string | undefined> {
  const rows = await db.sql<{ record: string }>('select record from referral_file where task = $1 order by at desc limit 1', [task])
  return rows[0]?.record
}

export interface FileStanding {
  task: string | null
  /** Looked at again when a slip comes or moves. */
  waiting: boolean
  /** When something is to be done, or looked at again by itself. */
  due: Date | null
  findings: readonly FindingView[]
  did?: FileDid
}

/** Keeps what a file said and how it stands; the newest sending takes the place of the one before. */
export async function keepFile(db: Sql, said: FileSaid, standing: FileStanding, now: Date): Promise<void> {
  await db.sql(
    `insert into referral_file(record, encounter, slip_issuer, slip_number, citizen, said, task, waiting, due_at, findings, at, did)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (record) do update set encounter = excluded.encounter, slip_issuer = excluded.slip_issuer,
       slip_number = excluded.slip_number, citizen = excluded.citizen, said = excluded.said, task = excluded.task,
       waiting = excluded.waiting, due_at = excluded.due_at, tries = 0, findings = excluded.findings, at = excluded.at,
       did = referral_file.did || excluded.did`,
    [
      said.record,
      said.encounter,
      said.slip?.issuer ?? null,
      said.slip?.number ?? null,
      said.person.citizenId ?? null,
      JSON.stringify(said),
      standing.task,
      standing.waiting,
      standing.due,
      JSON.stringify(standing.findings),
      now,
      JSON.stringify(standing.did ?? {}),
    ],
  )
}

/** A slip has come or moved: the stays that may hang on it are looked at again. Gives how many. */
export async function wakeFiles(
  db: Sql,
  slip: { task: string; issuer: string; numbers: readonly string[]; citizen?: string | undefined },
  now: Date,
): Promise<number> {
  const rows = await db.sql(
    `update referral_file set due_at = $5, tries = 0 where waiting
       and (task = $1 or (slip_issuer = $2 and slip_number = any($3)) or (task is null and citizen = $4)) returning record`,
    [slip.task, slip.issuer, slip.numbers, slip.citizen ?? null, now],
  )
  return rows.length
}

/** A visit turned out to be another slip's: its stays are looked at again under that. */
export async function moveFiles(db: Sql, from: string, to: string, now: Date): Promise<void> {
  await db.sql('update referral_file set task = $2, due_at = $3, tries = 0 where task = $1', [from, to, now])
}

/** The next stay to look at, or null. */
export async function dueFile(db: Sql, now: Date): Promise<FileRow | null> {
  const rows = await db.sql<DbRow>(`select ${COLUMNS} from referral_file where due_at <= $1 order by due_at limit 1`, [now])
  return rows[0] ?? null
}

/** One stay that is due, as it stands now; null where it is not any more. */
export async function dueFileOf(db: Sql, record: string): Promise<FileRow | null> {
  const rows = await db.sql<DbRow>(`select ${COLUMNS} from referral_file where record = $1 and due_at is not null`, [record])
  return rows[0] ?? null
}

/** How a stay stands that was looked at; false when a newer sending, a slip or its taking back came since it was read. */
export async function settleFile(db: Sql, { said, dueAt }: FileRow, standing: FileStanding): Promise<boolean> {
  const rows = await db.sql(
    `update referral_file set task = $4, waiting = $5, due_at = $6, tries = 0, findings = $7, did = did || $8
     where record = $1 and said->>'digest' = $2 and due_at = $3 returning record`,
    [
      said.record,
      said.digest,
      dueAt,
      standing.task,
      standing.waiting,
      standing.due,
      JSON.stringify(standing.findings),
      JSON.stringify(standing.did ?? {}),
    ],
  )
  return rows.length > 0
}

/** It did not work: looked at again later, unless something newer is due. */
export async function postponeFile(db: Sql, { said, dueAt }: FileRow, next: Date): Promise<void> {
  await db.sql(`update referral_file set due_at = $4, tries = tries + 1 where record = $1 and said->>'digest' = $2 and due_at = $3`, [
    said.record,
    said.digest,
    dueAt,
    next,
  ])
}

/** The file was taken back: nothing hangs on it any more. */
export async function clearFile(db: Sql, record: string): Promise<void> {
  await db.sql(`update referral_file set task = null, waiting = false, due_at = null, did = '{}' where record = $1`, [record])
}

export interface Withdrawal extends Record<string, unknown> {
  task: string
  reason: string
  by: string
  tries: number
}

/** Whether the outcome of a Task is to be taken back and has not been yet. */
export async function isWithdrawalDue(db: Sql, task: string): Promise<boolean> {
  return (await db.sql('select 1 as one from referral_withdrawal where task = $1', [task])).length > 0
}

/** An issued outcome is to be taken back by a new version. */
export async function putWithdrawal(db: Sql, w: Omit<Withdrawal, 'tries'>, now: Date): Promise<void> {
  await db.sql(
    `insert into referral_withdrawal(task, reason, by, due_at) values ($1, $2, $3, $4)
     on conflict (task) do update set reason = excluded.reason, by = excluded.by, due_at = excluded.due_at, tries = 0`,
    [w.task, w.reason, w.by, now],
  )
}

export async function dueWithdrawal(db: Sql, now: Date): Promise<Withdrawal | null> {
  const rows = await db.sql<Withdrawal>(
    'select task, reason, by, tries from referral_withdrawal where due_at <= $1 order by due_at limit 1',
    [now],
  )
  return rows[0] ?? null
}

/** Done; false when somebody else did it. */
export async function dropWithdrawal(db: Sql, task: string): Promise<boolean> {
  return (await db.sql('delete from referral_withdrawal where task = $1 returning task', [task])).length === 1
}

export async function postponeWithdrawal(db: Sql, task: string, next: Date): Promise<void> {
  await db.sql('update referral_withdrawal set due_at = $2, tries = tries + 1 where task = $1', [task, next])
}

/** When the next postponed stay or withdrawal becomes due, or null. */
export async function nextDueFile(db: Sql): Promise<Date | null> {
  const rows = await db.sql<{ at: Date | null }>(
    'select least((select min(due_at) from referral_file), (select min(due_at) from referral_withdrawal)) as at',
  )
  return rows[0]?.at ?? null
}

/** Stays that found no slip in their time. */
export async function forgetFiles(db: Sql, before: Date): Promise<void> {
  await db.sql('delete from referral_file where task is null and due_at is null and at < $1', [before])
}

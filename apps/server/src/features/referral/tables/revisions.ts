/** Why a paper is being written anew: sent back, or corrected after it was issued. And what a HIS would have it say. */
import type { PaperContent, PaperKind } from '@yba/vietnam'
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const revisionMigrations = [
  {
    name: 'revisions-001',
    sql: `create table referral_revision(
      id bigint generated always as identity primary key,
      task text collate "C" not null,
      kind text collate "C" not null,
      cause text collate "C" not null check (cause in ('sent-back', 'correction')),
      code text collate "C",
      reason text not null,
      base text collate "C",
      opened_at timestamptz not null,
      opened_by text not null,
      facility text collate "C" not null,
      closed_at timestamptz,
      closed_by text,
      closed_because text collate "C" check (closed_because in ('signed', 'dropped')));
    create unique index referral_revision_open on referral_revision(task, kind) where closed_at is null;
    create index on referral_revision(task);
    create table referral_proposed_content(
      id bigint generated always as identity primary key,
      task text collate "C" not null,
      kind text collate "C" not null,
      content jsonb not null,
      at timestamptz not null,
      by text collate "C" not null,
      settled_at timestamptz,
      settled_by text,
      settled_as text collate "C" check (settled_as in ('taken', 'dismissed', 'overtaken')));
    create unique index referral_proposed_open on referral_proposed_content(task, kind) where settled_at is null`,
  },
  {
    name: 'revisions-002',
    // The last word of the HIS, asked for each changed XML13.
    sql: 'create index referral_proposed_last on referral_proposed_content(task, kind, id)',
  },
]

/** Code of a correction that answers what the receiver asked. */
export const ASKED = 'asked'

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface Revision extends Record<string, unknown> {
  task: string
  kind: PaperKind
  cause: 'sent-back' | 'correction'
  code: string | null
  reason: string
  /** DocumentReference of the version that is to be replaced; null: nothing was frozen. */
  base: string | null
  opened_at: Date
  opened_by: string
  facility: string
}

const COLUMNS = 'task, kind, cause, code, reason, base, opened_at, opened_by, facility'

/** Opens one, unless one of this paper is open; says whether. */
export async function openRevision(db: Sql, revision: Omit<Revision, 'opened_at'>, now: Date): Promise<boolean> {
  const r = revision
  const rows = await db.sql(
    `insert into referral_revision(task, kind, cause, code, reason, base, opened_at, opened_by, facility)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
    [r.task, r.kind, r.cause, r.code, r.reason, r.base, now, r.opened_by, r.facility],
  )
  return rows.length === 1
}

/** What is being written anew, per paper, for many Tasks. */
export function openRevisions(db: Sql, tasks: readonly string[]): Promise<Revision[]> {
  return db.sql<Revision>(`select ${COLUMNS} from referral_revision where task = any($1) and closed_at is null order by id`, [tasks])
}

export async function openRevisionOf(db: Sql, task: string, kind: PaperKind): Promise<Revision | null> {
  return (await openRevisions(db, [task])).find((r) => r.kind === kind) ?? null
}

/** The reason of the version that was signed last. */
export async function lastRevision(db: Sql, task: string, kind: PaperKind): Promise<Revision | null> {
  const rows = await db.sql<Revision>(`select ${COLUMNS} from referral_revision where task = $1 and kind = $2 order by id desc limit 1`, [
    task,
    kind,
  ])
  return rows[0] ?? null
}

export async function closeRevision(
  db: Sql,
  task: string,
  kind: PaperKind,
  because: 'signed' | 'dropped',
  by: string,
  now: Date,
): Promise<boolean> {
  const rows = await db.sql(
    `update referral_revision set closed_at = $5, closed_by = $4, closed_because = $3
     where task = $1 and kind = $2 and closed_at is null returning id`,
    [task, kind, because, by, now],
  )
  return rows.length === 1
}

export interface ProposedContent extends Record<string, unknown> {
  kind: PaperKind
  content: PaperContent
  at: Date
  by: string
}

/** Keeps what a HIS would have a frozen paper say; a newer text takes the place of an older one nobody settled. */
export async function proposeContent(db: Sql, task: string, content: PaperContent, by: string, now: Date): Promise<void> {
  const text = JSON.stringify(content)
  const same = await db.sql(
    `select 1 as one from referral_proposed_content where task = $1 and kind = $2 and settled_at is null and content = $3::jsonb`,
    [task, content.kind, text],
  )
  if (same.length > 0) return
  await settleProposal(db, task, content.kind, 'overtaken', by, now)
  await db.sql('insert into referral_proposed_content(task, kind, content, at, by) values ($1, $2, $3, $4, $5)', [
    task,
    content.kind,
    text,
    now,
    by,
  ])
}

/** What the HIS said and was taken at once: later words of the HIS are held against it. */
export async function noteProposed(db: Sql, task: string, content: PaperContent, by: string, now: Date): Promise<void> {
  await db.sql(
    `insert into referral_proposed_content(task, kind, content, at, by, settled_at, settled_by, settled_as)
     values ($1, $2, $3, $4, $5, $4, $5, 'taken')`,
    [task, content.kind, JSON.stringify(content), now, by],
  )
}

/** The HIS's last word about a paper, settled or not. */
export async function lastProposed(db: Sql, task: string, kind: PaperKind): Promise<ProposedContent | null> {
  const rows = await db.sql<ProposedContent>(
    'select kind, content, at, by from referral_proposed_content where task = $1 and kind = $2 order by id desc limit 1',
    [task, kind],
  )
  return rows[0] ?? null
}

export async function proposedContent(db: Sql, task: string, kind: PaperKind): Promise<ProposedContent | null> {
  const rows = await db.sql<ProposedContent>(
    'select kind, content, at, by from referral_proposed_content where task = $1 and kind = $2 and settled_at is null',
    [task, kind],
  )
  return rows[0] ?? null
}

/** Tasks of the list for which a proposal waits. */
export async function proposedFor(db: Sql, tasks: readonly string[]): Promise<Set<string>> {
  const rows = await db.sql<{ task: string }>(
    `select distinct task from referral_proposed_content where task = any($1) and settled_at is null`,
    [tasks],
  )
  return new Set(rows.map((r) => r.task))
}

export async function settleProposal(
  db: Sql,
  task: string,
  kind: PaperKind,
  as: 'taken' | 'dismissed' | 'overtaken',
  by: string,
  now: Date,
): Promise<boolean> {
  const rows = await db.sql(
    `update referral_proposed_content set settled_at = $5, settled_by = $4, settled_as = $3
     where task = $1 and kind = $2 and settled_at is null returning id`,
    [task, kind, as, by, now],
  )
  return rows.length === 1
}

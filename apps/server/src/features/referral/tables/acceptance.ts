/** The acceptance policy in its versions, and what it said of each slip. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'
import type { AcceptanceDoubt, AcceptancePolicy, AcceptanceSaid } from '../acceptance/contract.ts'

export const acceptanceMigrations = [
  {
    name: 'acceptance-001',
    sql: `create table acceptance_policy(
      version int primary key,
      policy jsonb not null,
      note text not null,
      recorded_at timestamptz not null,
      recorded_by text collate "C" not null,
      recorded_by_name text not null);
    create function acceptance_policy_kept() returns trigger language plpgsql as
      $$ begin raise exception 'versions of the acceptance policy are never changed'; end $$;
    create trigger kept before update or delete on acceptance_policy for each row execute function acceptance_policy_kept();
    create table acceptance(
      task text collate "C" primary key,
      came_at timestamptz not null,
      said jsonb not null,
      papers text[] not null,
      awaits boolean not null);
    create index on acceptance(came_at);
    create index on acceptance using gin (papers) where awaits`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface PolicyVersion extends Record<string, unknown> {
  version: number
  policy: AcceptancePolicy
  note: string
  recorded_at: Date
  recorded_by_name: string
}

/** The version in force, or null while nobody has written one. */
export async function newestPolicy(db: Sql): Promise<Pick<PolicyVersion, 'version' | 'policy'> | null> {
  const rows = await db.sql<PolicyVersion>('select version, policy from acceptance_policy order by version desc limit 1')
  return rows[0] ?? null
}

/** All versions, the newest first. */
export function policyVersions(db: Sql, limit = 100): Promise<PolicyVersion[]> {
  return db.sql<PolicyVersion>(
    'select version, policy, note, recorded_at, recorded_by_name from acceptance_policy order by version desc limit $1',
    [limit],
  )
}

/** Adds a version; false when somebody else has written it meanwhile. */
export async function addPolicy(
  db: Sql,
  version: number,
  policy: AcceptancePolicy,
  note: string,
  by: { id: string; name: string },
  now: Date,
): Promise<boolean> {
  const rows = await db.sql(
    `insert into acceptance_policy(version, policy, note, recorded_at, recorded_by, recorded_by_name) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning version`,
    [version, JSON.stringify(policy), note, now, by.id, by.name],
  )
  return rows.length === 1
}

export interface Standing {
  said: AcceptanceSaid
  /** DocumentReference ids whose verdicts are awaited. */
  papers: readonly string[]
  awaits: boolean
}

/** Adds what the policy said of a slip to what it said before. */
export async function putSaid(db: Sql, task: string, { said, papers, awaits }: Standing, now: Date): Promise<void> {
  await db.sql(
    `insert into acceptance(task, came_at, said, papers, awaits) values ($1, $2, jsonb_build_array($3::jsonb), $4, $5)
     on conflict (task) do update set said = acceptance.said || excluded.said, papers = excluded.papers, awaits = excluded.awaits`,
    [task, now, JSON.stringify(said), papers, awaits],
  )
}

/** What the policy said of each of these slips, oldest first. */
export async function saidOf(db: Sql, tasks: readonly string[]): Promise<Map<string, AcceptanceSaid[]>> {
  const rows = await db.sql<{ task: string; said: AcceptanceSaid[] }>('select task, said from acceptance where task = any($1)', [tasks])
  return new Map(rows.map((r) => [r.task, r.said]))
}

/** Of the slips that wait for a signature or its verdict: these, and those of these papers. */
export async function awaiting(db: Sql, tasks: readonly string[], papers: readonly string[]): Promise<string[]> {
  if (tasks.length === 0 && papers.length === 0) return []
  const rows = await db.sql<{ task: string }>('select task from acceptance where awaits and (task = any($1) or papers && $2::text[])', [
    tasks,
    papers,
  ])
  return rows.map((r) => r.task)
}

/** Nothing is awaited for a slip any more: somebody has accepted it, or it has gone another way. */
export async function settleAwaited(db: Sql, task: string): Promise<void> {
  await db.sql('update acceptance set awaits = false where task = $1 and awaits', [task])
}

export interface CameSince extends Record<string, unknown> {
  case: AcceptanceSaid['case']
  doubts: AcceptanceDoubt[]
}

/** Slips that came since a moment, with what was known of each at last. */
export function cameSince(db: Sql, since: Date): Promise<CameSince[]> {
  return db.sql<CameSince>(`select said->-1->'case' as case, said->-1->'doubts' as doubts from acceptance where came_at >= $1`, [since])
}

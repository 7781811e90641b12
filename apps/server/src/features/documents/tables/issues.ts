/** What was found about a document when it was taken, by the digest of its bytes. No word of the document itself. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'
import type { Issue } from '../contract.ts'

export const issueMigrations = [
  {
    name: '004-document-issue',
    sql: `create table document_issue(
      digest text collate "C" primary key,
      at timestamptz not null,
      thread text collate "C",
      findings jsonb not null);
      create index document_issue_thread on document_issue(thread) where thread is not null`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** @param thread `issuer|number` of the slip a paper belongs to */
export async function saveIssues(db: Sql, digest: string, findings: readonly Issue[], thread: string | null, at: Date): Promise<void> {
  await db.sql('insert into document_issue(digest, at, thread, findings) values ($1, $2, $3, $4) on conflict (digest) do nothing', [
    digest,
    at,
    thread,
    JSON.stringify(findings),
  ])
}

/** How many issues the papers of each of these threads were accepted with. */
export async function issuesOfThreads(db: Sql, threads: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.sql<{ thread: string; n: string }>(
    'select thread, sum(jsonb_array_length(findings)) as n from document_issue where thread = any($1::text[]) group by thread',
    [threads],
  )
  return new Map(rows.map((r) => [r.thread, Number(r.n)]))
}

export async function issuesOf(db: Sql, digests: readonly string[]): Promise<Map<string, Issue[]>> {
  const rows = await db.sql<{ digest: string; findings: Issue[] }>(
    'select digest, findings from document_issue where digest = any($1::text[])',
    [digests],
  )
  return new Map(rows.map((r) => [r.digest, r.findings]))
}

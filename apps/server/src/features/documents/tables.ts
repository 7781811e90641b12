/** Verdicts of signature verification: derived, recomputable, no clinical content. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import type { SignatureView, Verdict } from './contract.ts'
import { evidenceMigrations } from './tables/evidence.ts'
import { issueMigrations } from './tables/issues.ts'

export const migrations = [
  {
    name: '001-verdict',
    sql: `create table signature_verdict(
      digest text collate "C" not null,
      pdf text collate "C" not null,
      checked_at timestamptz not null,
      verdicts jsonb not null,
      primary key (digest, pdf))`,
  },
  ...evidenceMigrations,
  ...issueMigrations,
]

export interface StoredVerdict {
  role: string
  kind: SignatureView['kind']
  by: string
  organization?: string
  signedAt: string
  verdict: Verdict
  reasons: SignatureView['reasons']
  /** sha-256 of the signer's certificate, and of the value a timestamp stamps. */
  certificate?: string
  leaf?: string
  /** When a timestamp proves that it existed. */
  timestampedAt?: string
  /** What decided: blobs of evidence, by digest. */
  evidence?: string[]
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** Verdicts of one state of a paper (bytes and PDF revision), or null when not verified yet. */
export async function loadVerdicts(db: Sql, digest: string, pdf: string): Promise<StoredVerdict[] | null> {
  const rows = await db.sql<{ verdicts: StoredVerdict[] }>('select verdicts from signature_verdict where digest = $1 and pdf = $2', [
    digest,
    pdf,
  ])
  return rows[0]?.verdicts ?? null
}

/**
 * Keeps verdicts in the place of those that were there when they were made. False where others have come meanwhile: they may
 * rest on evidence that these do not know.
 */
export async function saveVerdicts(
  db: Sql,
  state: { digest: string; pdf: string },
  at: Date,
  verdicts: StoredVerdict[],
  before: StoredVerdict[] | null,
): Promise<boolean> {
  const rows = await db.sql(
    `insert into signature_verdict(digest, pdf, checked_at, verdicts) values ($1, $2, $3, $4)
     on conflict (digest, pdf) do update set checked_at = excluded.checked_at, verdicts = excluded.verdicts
       where signature_verdict.verdicts = $5::jsonb
     returning 1`,
    [state.digest, state.pdf, at, JSON.stringify(verdicts), before && JSON.stringify(before)],
  )
  return rows.length > 0
}

/** Digests of slips as their printed code and their electronic paper say them: two must be one. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const slipMigrations = [
  {
    name: 'slips-001',
    sql: `create table referral_slip(
      issuer text collate "C" not null,
      number text collate "C" not null,
      source text collate "C" not null check (source in ('code', 'paper')),
      digest text collate "C" not null,
      at timestamptz not null,
      primary key (issuer, number, source, digest))`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface SlipDigest {
  issuer: string
  number: string
  digest: string
}

/** Remembers a digest that a scanned code (of a genuine slip) or a filed paper names. */
export async function noteSlip(db: Sql, slip: SlipDigest, source: 'code' | 'paper', now: Date): Promise<void> {
  await db.sql('insert into referral_slip(issuer, number, source, digest, at) values ($1, $2, $3, $4, $5) on conflict do nothing', [
    slip.issuer,
    slip.number,
    source,
    slip.digest,
    now,
  ])
}

/** Whether the paper is here and a newer version of it came after it; `papers` as `slipDigests` gives them, oldest first. */
export const isReplaced = (papers: readonly string[], digest: string): boolean => papers.includes(digest) && papers.at(-1) !== digest

/** What was noted of a slip, oldest first. */
export async function slipDigests(db: Sql, issuer: string, number: string): Promise<{ code: string[]; paper: string[] }> {
  const rows = await db.sql<{ source: string; digest: string }>(
    'select source, digest from referral_slip where issuer = $1 and number = $2 order by at',
    [issuer, number],
  )
  const of = (source: string) => rows.filter((r) => r.source === source).map((r) => r.digest)
  return { code: of('code'), paper: of('paper') }
}

/**
 * Evidence about signatures: what authorities answered, kept for as long as the papers (append-only, bytes as blobs),
 * which signature rests on which certificate, and what is still to be asked.
 */
import type { MerkleStep } from '@yba/signing'
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const evidenceMigrations = [
  {
    name: '002-evidence',
    sql: `create table signature_evidence(
      id bigint generated always as identity primary key,
      kind text collate "C" not null check (kind in ('ocsp', 'crl', 'timestamp')),
      about text collate "C" not null,
      blob text collate "C" not null,
      source text collate "C" not null,
      fetched_at timestamptz not null,
      said_at timestamptz not null,
      valid_until timestamptz,
      number text collate "C",
      path jsonb,
      unique (kind, about, blob));
    create function signature_evidence_stays() returns trigger language plpgsql as
      $$ begin raise exception 'signature evidence is append-only'; end $$;
    create trigger signature_evidence_stays before update or delete on signature_evidence
      for each row execute function signature_evidence_stays();
    create table signature_use(
      document text collate "C" not null,
      kind text collate "C" not null,
      role text collate "C" not null,
      leaf text collate "C" not null,
      stamped bytea not null,
      certificate text collate "C" not null,
      issuer text collate "C" not null,
      serial text collate "C" not null,
      signed_at timestamptz not null,
      settled boolean not null default false,
      revoked boolean not null default false,
      primary key (document, kind, role, leaf));
    create index on signature_use(certificate);
    create index on signature_use(issuer);
    create index on signature_use(leaf);
    create table evidence_want(
      kind text collate "C" not null check (kind in ('revocation', 'timestamp', 'list')),
      about text collate "C" not null,
      since timestamptz not null,
      attempts int not null default 0,
      unusable int not null default 0,
      next_at timestamptz not null,
      error text collate "C",
      primary key (kind, about));
    create index on evidence_want(next_at)`,
  },
  {
    name: '003-evidence-open',
    sql: 'create index on signature_use(certificate) where not settled',
  },
] as const

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface EvidenceRow extends Record<string, unknown> {
  kind: 'ocsp' | 'crl' | 'timestamp'
  about: string
  blob: string
  source: string
  fetched_at: Date
  said_at: Date
  valid_until: Date | null
  number: string | null
  path: MerkleStep[] | null
}

export interface UseRow extends Record<string, unknown> {
  document: string
  kind: string
  role: string
  leaf: string
  stamped: Buffer
  certificate: string
  issuer: string
  serial: string
  signed_at: Date
  /** Evidence from after the signature has been found. */
  settled: boolean
  /** The verdict speaks of a revocation. */
  revoked: boolean
}

export interface WantRow extends Record<string, unknown> {
  kind: 'revocation' | 'timestamp' | 'list'
  about: string
  since: Date
  attempts: number
  unusable: number
  next_at: Date
  error: string | null
}

/**
 * What is at hand for a paper, newest first: every timestamp, and of answers and lists the first ones from after the
 * signing (they decide) and the newest ones (they tell of later revocations).
 */
export function evidenceAbout(
  db: Sql,
  keys: { certificates: string[]; issuers: string[]; leaves: string[] },
  signedAt: Date,
): Promise<EvidenceRow[]> {
  return db.sql<EvidenceRow>(
    `select kind, about, blob, source, fetched_at, said_at, valid_until, number, path from (
       select *, row_number() over (partition by kind, about order by said_at desc, id desc) as newest,
         row_number() over (partition by kind, about, said_at >= $4 order by said_at, id) as first
       from signature_evidence
       where (kind = 'ocsp' and about = any($1)) or (kind = 'crl' and about = any($2)) or (kind = 'timestamp' and about = any($3))) e
     where kind = 'timestamp' or newest <= 2 or (said_at >= $4 and first <= 3)
     order by said_at desc`,
    [keys.certificates, keys.issuers, keys.leaves, signedAt],
  )
}

/** The newest list of an issuer at hand. */
export async function newestList(db: Sql, issuer: string): Promise<EvidenceRow | null> {
  const rows = await db.sql<EvidenceRow>(
    `select * from signature_evidence where kind = 'crl' and about = $1 order by said_at desc limit 1`,
    [issuer],
  )
  return rows[0] ?? null
}

/** The newest answer and the newest timestamp of each service heard of since. */
export function newestAnswers(db: Sql, since: Date): Promise<{ kind: 'ocsp' | 'timestamp'; blob: string }[]> {
  return db.sql<{ kind: 'ocsp' | 'timestamp'; blob: string }>(
    `select distinct on (kind, source) kind, blob from signature_evidence
     where kind in ('ocsp', 'timestamp') and fetched_at >= $1 order by kind, source, fetched_at desc, id desc`,
    [since],
  )
}

/** Keeps evidence; the same bytes again change nothing. */
export async function keepEvidence(db: Sql, row: EvidenceRow): Promise<void> {
  await db.sql(
    `insert into signature_evidence(kind, about, blob, source, fetched_at, said_at, valid_until, number, path)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      row.kind,
      row.about,
      row.blob,
      row.source,
      row.fetched_at,
      row.said_at,
      row.valid_until,
      row.number,
      row.path && JSON.stringify(row.path),
    ],
  )
}

export function usesOf(db: Sql, document: string): Promise<UseRow[]> {
  return db.sql<UseRow>('select * from signature_use where document = $1', [document])
}

export async function noteUses(db: Sql, uses: readonly UseRow[]): Promise<void> {
  for (const u of uses) {
    await db.sql(
      `insert into signature_use(document, kind, role, leaf, stamped, certificate, issuer, serial, signed_at, settled, revoked)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (document, kind, role, leaf) do update set settled = excluded.settled, revoked = excluded.revoked`,
      [u.document, u.kind, u.role, u.leaf, u.stamped, u.certificate, u.issuer, u.serial, u.signed_at, u.settled, u.revoked],
    )
  }
}

/**
 * Papers whose signatures rest on these certificates: those still waiting, or with `revoked` those whose verdict does not
 * speak of the revocation yet; and the papers of these stamped values.
 */
export async function papersOf(db: Sql, keys: { certificates?: string[]; leaves?: string[] }, revoked: boolean): Promise<string[]> {
  const rows = await db.sql<{ document: string }>(
    `select distinct document from signature_use
     where (certificate = any($1) and (not settled or ($3 and not revoked))) or leaf = any($2) order by document`,
    [keys.certificates ?? [], keys.leaves ?? [], revoked],
  )
  return rows.map((r) => r.document)
}

/** One signature by a certificate, to find its bytes and its newest use. */
export async function certificateUse(db: Sql, certificate: string): Promise<{ issuer: string; newest: Date } | null> {
  const rows = await db.sql<{ issuer: string; newest: Date }>(
    `select min(issuer) as issuer, max(signed_at) as newest from signature_use where certificate = $1 and not settled having count(*) > 0`,
    [certificate],
  )
  return rows[0] ?? null
}

/** Certificates of an issuer that papers here rest on, by serial number. */
export async function certificatesOf(db: Sql, issuer: string): Promise<Map<string, string>> {
  const rows = await db.sql<{ serial: string; certificate: string }>(
    'select distinct serial, certificate from signature_use where issuer = $1',
    [issuer],
  )
  return new Map(rows.map((r) => [r.serial, r.certificate]))
}

export async function stampedOf(db: Sql, leaves: readonly string[]): Promise<{ leaf: string; stamped: Buffer }[]> {
  return db.sql<{ leaf: string; stamped: Buffer }>('select distinct leaf, stamped from signature_use where leaf = any($1)', [leaves])
}

/** Puts questions on the list; one that stands there keeps its turn. */
export async function want(db: Sql, kind: WantRow['kind'], about: readonly string[], now: Date): Promise<void> {
  if (about.length === 0) return
  await db.sql(
    `insert into evidence_want(kind, about, since, next_at) select $1, a, $3, $3 from unnest($2::text[]) a on conflict do nothing`,
    [kind, about, now],
  )
}

/**
 * Asks for every certificate whose signatures still wait and for which no question stands. A question may be struck off
 * while another paper that needs it is just being filed, and a process may die between the answer and the new verdict:
 * what waits is derived from the signatures themselves, so that none waits for ever.
 */
export async function wantMissing(db: Sql, now: Date): Promise<void> {
  await db.sql(
    `insert into evidence_want(kind, about, since, next_at)
     select distinct 'revocation', u.certificate, $1::timestamptz, $1::timestamptz from signature_use u
     where not u.settled and not exists (select from evidence_want w where w.kind = 'revocation' and w.about = u.certificate)
     on conflict do nothing`,
    [now],
  )
}

export function wants(db: Sql, about: readonly string[]): Promise<WantRow[]> {
  return db.sql<WantRow>('select * from evidence_want where about = any($1)', [about])
}

export function dueWants(db: Sql, now: Date, limit: number): Promise<WantRow[]> {
  return db.sql<WantRow>('select * from evidence_want where next_at <= $1 order by next_at limit $2', [now, limit])
}

/** Every value that waits for a timestamp, due or not: one token serves them all. */
export function timestampWants(db: Sql, limit: number): Promise<WantRow[]> {
  return db.sql<WantRow>(`select * from evidence_want where kind = 'timestamp' order by since limit $1`, [limit])
}

/** What waits for answers: how many, since when. */
export async function waitingWants(db: Sql): Promise<{ kind: WantRow['kind']; count: number; oldest: Date }[]> {
  const rows = await db.sql<{ kind: WantRow['kind']; count: string; oldest: Date }>(
    `select kind, count(*) as count, min(since) as oldest from evidence_want where kind <> 'list' group by kind`,
  )
  return rows.map((r) => ({ ...r, count: Number(r.count) }))
}

export async function nextWant(db: Sql): Promise<Date | null> {
  const rows = await db.sql<{ next_at: Date | null }>('select min(next_at) as next_at from evidence_want')
  return rows[0]?.next_at ?? null
}

/** Asked in vain: again later. `unusable`: there was an answer, and it was no evidence. */
export async function askAgain(
  db: Sql,
  row: Pick<WantRow, 'kind' | 'about'>,
  next: Date,
  error: string | null,
  unusable: boolean,
): Promise<void> {
  await db.sql(
    `update evidence_want set attempts = attempts + 1, unusable = case when $5 then unusable + 1 else unusable end, next_at = $3, error = $4
     where kind = $1 and about = $2`,
    [row.kind, row.about, next, error, unusable],
  )
}

export async function answered(db: Sql, kind: WantRow['kind'], about: readonly string[]): Promise<void> {
  await db.sql('delete from evidence_want where kind = $1 and about = any($2)', [kind, about])
}

/** Everything is asked now: the services are back, or somebody presses the button. */
export async function askNow(db: Sql, now: Date): Promise<void> {
  await db.sql('update evidence_want set next_at = $1 where next_at > $1', [now])
}

/** Where and when these bytes were told. */
export function evidenceNamed(db: Sql, blobs: readonly string[]): Promise<EvidenceRow[]> {
  return db.sql<EvidenceRow>('select distinct on (blob) * from signature_evidence where blob = any($1) order by blob, id', [blobs])
}

/** Whether the verdict on a signature by this certificate has found it revoked. */
export async function knownRevoked(db: Sql, certificate: string): Promise<boolean> {
  const rows = await db.sql('select 1 as one from signature_use where certificate = $1 and revoked limit 1', [certificate])
  return rows.length > 0
}

/** The person index: one source per (facility, MRN), golden persons without demographics, and why a link was made. */
import type { StoreRoot, Transaction } from '../../store/types.ts'

export const migrations = [
  {
    name: '001-person-index',
    sql: `create table person_link(
      source text collate "C" primary key,
      person uuid not null,
      grade text collate "C" not null check (grade in ('own', 'certain', 'confirmed')),
      rule text collate "C" not null,
      why jsonb not null,
      at timestamptz not null);
    create index on person_link(person);
    create table person_review(
      source text collate "C" not null,
      other text collate "C" not null,
      rule text collate "C" not null,
      why jsonb not null,
      at timestamptz not null,
      state text collate "C" not null default 'open',
      primary key (source, other))`,
  },
  {
    // What people decided, word after word; the newest stands, and `person_review.state` says it.
    name: '002-person-decision',
    sql: `create table person_decision(
      n bigint generated always as identity primary key,
      source text collate "C" not null,
      other text collate "C" not null,
      decision text collate "C" not null check (decision in ('same', 'different', 'reopen')),
      reason text not null,
      by_id text collate "C" not null,
      by_name text not null,
      at timestamptz not null,
      foreign key (source, other) references person_review(source, other));
    create index on person_decision(source, other, n);
    create index on person_review(other);
    create index on person_review(at) where state = 'open'`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface Link {
  source: string
  person: string
  grade: 'own' | 'certain' | 'confirmed'
  rule: string
  why: unknown
  at: Date
}

/** Links of these records, by record. */
export async function linksOf(db: Sql, sources: readonly string[]): Promise<Map<string, Pick<Link, 'source' | 'person' | 'grade'>>> {
  const rows = await db.sql<{ source: string; person: string; grade: Link['grade'] }>(
    'select source, person, grade from person_link where source = any($1)',
    [sources],
  )
  return new Map(rows.map((row) => [row.source, row]))
}

/** Records that people said are one person with any of these. */
export async function toldTogether(db: Sql, sources: readonly string[]): Promise<string[]> {
  if (sources.length === 0) return []
  const rows = await db.sql<{ id: string }>(
    `select other as id from person_review where state = 'same' and source = any($1)
     union select source from person_review where state = 'same' and other = any($1)`,
    [sources],
  )
  return rows.map((row) => row.id)
}

/** The link of a record as it follows from everything known, whatever stood there. */
export async function setLink(db: Sql, link: Link): Promise<void> {
  await db.sql(
    `insert into person_link(source, person, grade, rule, why, at) values ($1, $2, $3, $4, $5, $6)
     on conflict (source) do update set person = excluded.person, grade = excluded.grade, rule = excluded.rule, why = excluded.why, at = excluded.at`,
    [link.source, link.person, link.grade, link.rule, JSON.stringify(link.why), link.at],
  )
}

export async function putReview(db: Sql, review: { source: string; other: string; rule: string; why: unknown; at: Date }): Promise<void> {
  await db.sql(
    `insert into person_review(source, other, rule, why, at) values (least($1, $2), greatest($1, $2), $3, $4, $5) on conflict do nothing`,
    [review.source, review.other, review.rule, JSON.stringify(review.why), review.at],
  )
}

export type ReviewState = 'open' | 'same' | 'different' | 'gone'

export interface Review extends Record<string, unknown> {
  source: string
  other: string
  rule: string
  why: string[]
  at: Date
  state: ReviewState
  decision: string | null
  reason: string | null
  by_name: string | null
  decided_at: Date | null
  /** Both sources are linked to one golden person. */
  together: boolean
}

const REVIEWS = `select r.source, r.other, r.rule, r.why, r.at, r.state, d.decision, d.reason, d.by_name, d.at as decided_at,
    coalesce(a.person = b.person, false) as together
  from person_review r
  left join person_link a on a.source = r.source
  left join person_link b on b.source = r.other
  left join lateral (select * from person_decision x where x.source = r.source and x.other = r.other order by x.n desc limit 1) d on true`

/** What waits, oldest first, then what was decided last; at most so many of each. */
export async function reviews(db: Sql, open: number, decided: number): Promise<Review[]> {
  const waiting = await db.sql<Review>(`${REVIEWS} where r.state = 'open' order by r.at, r.source, r.other limit $1`, [open])
  const settled = await db.sql<Review>(`${REVIEWS} where r.state in ('same', 'different') order by d.n desc limit $1`, [decided])
  return [...waiting, ...settled]
}

export async function openReviews(db: Sql): Promise<number> {
  const [row] = await db.sql<{ n: number }>(`select count(*)::int as n from person_review where state = 'open'`)
  return row?.n ?? 0
}

/** One pair, locked until the end of the transaction. */
export async function lockReview(db: Sql, one: string, other: string): Promise<{ state: ReviewState } | null> {
  const rows = await db.sql<{ state: ReviewState }>(
    'select state from person_review where source = least($1, $2) and other = greatest($1, $2) for update',
    [one, other],
  )
  return rows[0] ?? null
}

/** Who spoke last about a pair. */
export async function lastWord(db: Sql, one: string, other: string): Promise<string | null> {
  const rows = await db.sql<{ by_name: string }>(
    'select by_name from person_decision where source = least($1, $2) and other = greatest($1, $2) order by n desc limit 1',
    [one, other],
  )
  return rows[0]?.by_name ?? null
}

export async function putDecision(
  db: Sql,
  word: { one: string; other: string; decision: 'same' | 'different' | 'reopen'; reason: string; byId: string; byName: string; at: Date },
): Promise<void> {
  const pair = [word.one, word.other]
  await db.sql(
    `insert into person_decision(source, other, decision, reason, by_id, by_name, at)
     values (least($1, $2), greatest($1, $2), $3, $4, $5, $6, $7)`,
    [...pair, word.decision, word.reason, word.byId, word.byName, word.at],
  )
  await db.sql('update person_review set state = $3 where source = least($1, $2) and other = greatest($1, $2)', [
    ...pair,
    word.decision === 'reopen' ? 'open' : word.decision,
  ])
}

/** What people decided about any two of these sources. */
export function decidedAmong(db: Sql, sources: readonly string[]): Promise<{ one: string; other: string; same: boolean }[]> {
  return db.sql(
    `select source as one, other, state = 'same' as same from person_review
     where state in ('same', 'different') and source = any($1) and other = any($1) order by source, other`,
    [sources],
  )
}

/** A source that no paper speaks of any more is linked to nobody, and nobody is asked about it. */
export async function forgetSource(db: Sql, source: string): Promise<void> {
  await db.sql('delete from person_link where source = $1', [source])
  await db.sql(`update person_review set state = 'gone' where state = 'open' and (source = $1 or other = $1)`, [source])
}

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
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export async function linkOf(db: Sql, source: string): Promise<{ person: string } | null> {
  const rows = await db.sql<{ person: string }>('select person from person_link where source = $1', [source])
  return rows[0] ?? null
}

export async function putLink(
  db: Sql,
  link: { source: string; person: string; grade: 'own' | 'certain'; rule: string; why: unknown; at: Date },
): Promise<void> {
  await db.sql(
    `insert into person_link(source, person, grade, rule, why, at) values ($1, $2, $3, $4, $5, $6)
     on conflict (source) do update set person = excluded.person, grade = excluded.grade, rule = excluded.rule, why = excluded.why, at = excluded.at
     where person_link.grade <> 'confirmed'`,
    [link.source, link.person, link.grade, link.rule, JSON.stringify(link.why), link.at],
  )
}

/** Source records of a golden person. */
export async function sourcesOf(db: Sql, person: string): Promise<string[]> {
  const rows = await db.sql<{ source: string }>('select source from person_link where person = $1 order by source', [person])
  return rows.map((r) => r.source)
}

/** All sources of one golden person join another; what a person has confirmed stays where it is. */
export async function mergePersons(db: Sql, from: string, into: string): Promise<void> {
  await db.sql(`update person_link set person = $2 where person = $1 and grade <> 'confirmed'`, [from, into])
}

export async function putReview(db: Sql, review: { source: string; other: string; rule: string; why: unknown; at: Date }): Promise<void> {
  await db.sql(
    `insert into person_review(source, other, rule, why, at) values (least($1, $2), greatest($1, $2), $3, $4, $5) on conflict do nothing`,
    [review.source, review.other, review.rule, JSON.stringify(review.why), review.at],
  )
}

/** Open questions for a person. */
export function openReviews(db: Sql): Promise<{ source: string; other: string; rule: string; why: unknown; at: Date }[]> {
  return db.sql(`select source, other, rule, why, at from person_review where state = 'open' order by at`)
}

/** A source that no paper speaks of any more is linked to nobody, and nobody is asked about it. */
export async function forgetSource(db: Sql, source: string): Promise<void> {
  await db.sql('delete from person_link where source = $1', [source])
  await db.sql(`update person_review set state = 'gone' where state = 'open' and (source = $1 or other = $1)`, [source])
}

/** Index rows made anew from the content that stands. No version, no event: nothing was written to the record. */
import type { Context } from '../context.ts'
import type { TransactionDb } from '../db.ts'
import { indexStatements } from '../write/tables.ts'
import { BY_ROW, type Judged, tokenPlaces } from './subjects.ts'

/** Replaces the rows of resources whose rows in `res` the transaction has locked. */
export async function rebuild(ctx: Context, db: TransactionDb, list: readonly Judged[]): Promise<void> {
  if (list.length === 0) return
  const rids = list.map((j) => j.subject.rid)
  const places = list.flatMap((j) => tokenPlaces(j).map((h) => [h, j.subject.sd, j.subject.rid] as const))
  await db.together([
    [
      `delete from ix_tok k using unnest($1::bigint[], $2::timestamptz[], $3::bigint[]) as u(h, sd, rid)
       where k.h = u.h and k.sd = u.sd and k.rid = u.rid`,
      [places.map((p) => p[0]), places.map((p) => p[1]), places.map((p) => p[2])],
    ],
    ...BY_ROW.map((table): [string, unknown[]] => [`delete from ${table} where rid = any($1::bigint[])`, [rids]]),
    [
      'update res r set tok = u.tok::bigint[] from unnest($1::bigint[], $2::text[]) as u(rid, tok) where r.rid = u.rid',
      [rids, list.map((j) => `{${[...(j.item.rows?.tok ?? [])].join(',')}}`)],
    ],
    ...indexStatements(
      list.map((j) => j.item),
      (text) => ctx.hashes.of(text),
    ),
  ])
}

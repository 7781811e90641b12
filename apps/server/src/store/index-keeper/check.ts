/** Compares the index with the contents, resource by resource, and the rows that no resource accounts for. */
import { typeName } from '@yba/fhir'
import type { Context } from '../context.ts'
import { transaction } from '../db.ts'
import { rebuild } from './rebuild.ts'
import { BY_ROW, differences, judged, SUBJECT, type Subject } from './subjects.ts'

/** Something that is not as the contents say. Names a resource, never what it holds. */
export interface IndexFault {
  /** Where: an index table, `res` (the resource's own tokens), `hist` (a version that is missing), or `reference` (to nothing). */
  where: string
  /** `Type/id`, or the row number where no resource has it. */
  of: string
  repaired: boolean
}

export interface CheckOptions {
  /** Make the index rows anew where they are wrong. History and references to nothing are told, not mended. */
  repair: boolean
  signal?: AbortSignal
  /** Told how many resources were compared. */
  tell?: (compared: number) => void
}

const BATCH = 500
/** Faults of one kind told at most: who has more has one fault, and knows it. */
const MOST = 1000

const nameOf = ({ t, id }: { t: number; id: string }): string => `${typeName(t) ?? t}/${id}`

/** A writer may have been between two looks: what seems wrong is looked at again under its lock. */
async function lookAgain(ctx: Context, rids: readonly string[], repair: boolean): Promise<IndexFault[]> {
  return transaction(ctx.pool, async (db) => {
    const subjects = await db.query<Subject>(
      `select ${SUBJECT} from res r where r.rid = any($1::bigint[]) and not r.deleted order by r.rid for no key update of r`,
      [rids],
    )
    const wrong = await differences(
      ctx,
      db,
      subjects.map((s) => judged(ctx, s)),
    )
    if (repair) await rebuild(ctx, db, [...wrong.keys()])
    return [...wrong].flatMap(([{ subject }, tables]) => tables.map((where) => ({ where, of: nameOf(subject), repaired: repair })))
  })
}

async function* compared(ctx: Context, options: CheckOptions): AsyncGenerator<IndexFault> {
  let from = '0'
  for (let count = 0; ; ) {
    options.signal?.throwIfAborted()
    const subjects = await ctx.db.query<Subject>(
      `select ${SUBJECT} from res r where r.rid > $1 and not r.deleted order by r.rid limit ${BATCH}`,
      [from],
      true,
    )
    const last = subjects.at(-1)
    if (!last) return
    from = last.rid
    const wrong = await differences(
      ctx,
      ctx.db,
      subjects.map((s) => judged(ctx, s)),
    )
    if (wrong.size > 0) {
      yield* await lookAgain(
        ctx,
        [...wrong.keys()].map((j) => j.subject.rid),
        options.repair,
      )
    }
    count += subjects.length
    options.tell?.(count)
  }
}

/** Rows of a table that stand for no resource, or for a deleted one; in ix_tok also under a token or a date the resource has not. */
async function* strays(ctx: Context, table: string, repair: boolean): AsyncGenerator<IndexFault> {
  const right = table === 'ix_tok' ? 'and r.tok @> array[x.h] and r.sd = x.sd' : ''
  const stray = `from ${table} x where not exists (select 1 from res r where r.rid = x.rid and not r.deleted ${right})`
  const rows = await ctx.db.query<{ rid: string; t: number | null; id: string | null }>(
    `select s.rid::text as rid, r.t, r.id from (select distinct x.rid ${stray} limit ${MOST}) s left join res r on r.rid = s.rid order by s.rid`,
  )
  if (repair && rows.length > 0) await ctx.db.query(`delete ${stray}`)
  for (const { rid, t, id } of rows) yield { where: table, of: t === null || id === null ? rid : nameOf({ t, id }), repaired: repair }
}

/** Versions that are missing between the first and the one that stands. */
async function* gaps(ctx: Context): AsyncGenerator<IndexFault> {
  const rows = await ctx.db.query<{ t: number; id: string }>(
    `select r.t, r.id from res r left join (select rid, count(*) as n, max(ver) as last from hist group by rid) h on h.rid = r.rid
     where coalesce(h.n, 0) <> r.ver - 1 or coalesce(h.last, 0) > r.ver - 1 order by r.rid limit ${MOST}`,
  )
  for (const row of rows) yield { where: 'hist', of: nameOf(row), repaired: false }
}

async function* toNothing(ctx: Context): AsyncGenerator<IndexFault> {
  const rows = await ctx.db.query<{ t: number; id: string }>(
    `select distinct r.t, r.id from ix_ref x join res r on r.rid = x.rid
     where not exists (select 1 from res target where target.h = x.tgt and not target.deleted) limit ${MOST}`,
  )
  for (const row of rows) yield { where: 'reference', of: nameOf(row), repaired: false }
}

/** Compares the whole index. The site goes on working; a repair holds the row it mends and no other. */
export async function checkIndex(ctx: Context, options: CheckOptions): Promise<IndexFault[]> {
  const faults: IndexFault[] = []
  for (const table of ['ix_tok', ...BY_ROW]) for await (const fault of strays(ctx, table, options.repair)) faults.push(fault)
  for await (const fault of compared(ctx, options)) faults.push(fault)
  for await (const fault of gaps(ctx)) faults.push(fault)
  for await (const fault of toNothing(ctx)) faults.push(fault)
  return faults
}

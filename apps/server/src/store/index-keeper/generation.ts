/** The generation by which all resources of a database are indexed. */
import { type Filter, INDEX_GENERATION, refuse, type SearchRequest, searchParameters } from '@yba/fhir'
import type { Context } from '../context.ts'
import type { Db } from '../db.ts'
import { indexBeingBuilt } from '../outcomes.ts'
import { reindexPlace } from './reindex.ts'

const NAME = 'index'

/** The finished generation; 0 where nobody has begun to count. */
export async function finishedGeneration(db: Db): Promise<number> {
  const [row] = await db.query<{ n: string }>('select n from consumer where name = $1', [NAME], true)
  return row ? Number(row.n) : 0
}

/** A database without resources has no older rows; one from before generations were counted has those of the first. */
export async function beginGenerations(db: Db): Promise<void> {
  await db.query(
    `insert into consumer (name, n, at)
     select $1, case when exists (select 1 from res) then 1 else $2::bigint end, now() on conflict (name) do nothing`,
    [NAME, INDEX_GENERATION],
  )
}

/** All resources are at the present generation. */
export async function finishGeneration(db: Db): Promise<void> {
  await db.query('update consumer set n = $2, at = now() where name = $1', [NAME, INDEX_GENERATION])
}

/** Modifiers that look at rows of the second generation. */
const LATER_MODIFIERS = new Set<string | undefined>(['text', 'of-type', 'above', 'below'])

/** The first parameter of a filter that only the second generation answers. */
function laterOf(type: string, f: Filter): string | undefined {
  if (f.kind === 'chain') return f.targets.map((t) => laterOf(t.type, t.filter)).find((found) => found !== undefined)
  if (f.kind === 'has') return laterOf(f.type, f.filter)
  const isLater = searchParameters(type).get(f.param)?.since === 2 || LATER_MODIFIERS.has(f.modifier)
  return isLater ? f.param : undefined
}

/** Databases known to be at the present generation: they never fall behind it again. */
const finished = new WeakSet<Context>()

/** An answer from half an index would be a wrong one. Throws `index-being-built`. */
export async function checkBuilt(ctx: Context, request: SearchRequest): Promise<void> {
  const what = request.filters.map((f) => laterOf(request.types[0] ?? '', f)).find((found) => found !== undefined)
  if (what === undefined || finished.has(ctx)) return
  if ((await finishedGeneration(ctx.db)) >= INDEX_GENERATION) {
    finished.add(ctx)
    return
  }
  const { done, of } = await reindexPlace(ctx)
  throw refuse(indexBeingBuilt, { what, percent: of === 0 ? 0 : Math.min(99, Math.floor((100 * done) / of)) })
}

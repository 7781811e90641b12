/** Row locks and what is decided on the locked rows: existence, rights, versions, equal content. */
import { OutcomeError, refuse, sameContent } from '@yba/fhir'
import type { Context } from '../context.ts'
import type { TransactionDb } from '../db.ts'
import { type Access, grantPredicate, Params } from '../grants.ts'
import { alreadyExists, notFound, versionConflict } from '../outcomes.ts'
import { checkReplaced, showsParts } from '../shown.ts'
import type { Versions } from '../types.ts'
import { placed } from './place.ts'
import type { Item, Locked } from './plan.ts'

/**
 * Locks the rows of updates and deletes in a statement of its own (a lock in the statement that updates returns
 * nothing), ordered by row number so that batches do not deadlock.
 */
export async function lockRows(db: TransactionDb, access: Access, items: readonly Item[], plain: boolean): Promise<Map<string, Locked>> {
  const wanted = items.filter((i) => i.kind !== 'create')
  if (wanted.length === 0) return new Map()
  const params = new Params()
  const h = params.add(
    wanted.map((i) => i.h),
    'bigint[]',
  )
  const may = grantPredicate(access, 'write', 'r', params)
  // A deletion must wait for transactions that refer to the row, so it takes the stronger lock.
  const strength = wanted.some((i) => i.kind === 'delete') ? 'update' : 'no key update'
  // The old text travels only where it is compared or judged.
  const isLookedAt =
    plain ||
    wanted.some((i) => i.write.kind === 'update' && i.write.ifChanged) ||
    showsParts(
      access,
      wanted.map((i) => i.type),
    )
  const rows = await db.query<Locked>(
    `select r.rid, r.t, r.id, r.ver, r.lu, r.deleted, ${isLookedAt ? 'r.content' : "'' as content"}, r.tok::text[] as tok, r.sd::text as sd, r.pat, (${may}) as may,
       (select p.id from res p where p.rid = r.pat) as pat_id
     from res r where r.h = any(${h}) order by r.rid for ${strength} of r`,
    params.values,
    may === 'true',
  )
  return new Map(rows.map((r) => [`${r.t}/${r.id}`, r]))
}

/** Throws `version-conflict` when the version that stands is none of those the writer has seen. */
function checkVersion(type: string, seen: Versions | undefined, current: number): void {
  if (seen === undefined) return
  const isSeen = seen === '*' ? current > 0 : [seen].flat().includes(current)
  if (!isSeen) throw refuse(versionConflict, { type, seen: String(seen), current })
}

function decideUpdate(item: Item, before: Locked | undefined, mayChooseIds: boolean): void {
  const { write, type } = item
  if (write.kind !== 'update') return
  if (!before) {
    if (!write.upsert || !mayChooseIds) throw refuse(notFound, { type })
    checkVersion(type, write.ifMatch, 0)
    item.kind = 'create'
    return
  }
  checkVersion(type, write.ifMatch, before.ver)
  if (write.ifAbsent && !before.deleted) throw refuse(versionConflict, { type, seen: '-', current: before.ver })
  if (before.deleted && !write.upsert) throw refuse(notFound, { type })
  if (write.ifChanged && !before.deleted) item.same = sameContent(before.content, write.text ?? JSON.stringify(write.resource))
}

function decideDelete(item: Item, before: Locked | undefined, seesAll: boolean): void {
  const { write, type } = item
  if (write.kind !== 'delete') return
  if (!before && !(write.ifThere && seesAll)) throw refuse(notFound, { type })
  checkVersion(type, write.ifMatch, before?.ver ?? 0)
  item.same = before?.deleted ?? true
}

/** Matches items with locked rows. What the caller may not write answers as missing. Throws `not-found`, `version-conflict` and the gate's finding. */
export function decide(ctx: Context, access: Access, items: readonly Item[], locked: ReadonlyMap<string, Locked>, plain: boolean): void {
  const reaches = new Map<string, boolean>()
  const reachesAll = (type: string): boolean => {
    const known = reaches.get(type) ?? grantPredicate(access, 'write', 'r', new Params(), type) === 'true'
    reaches.set(type, known)
    return known
  }
  for (const item of items) {
    try {
      decideOne(ctx, access, item, locked.get(`${item.t}/${item.id}`), { plain, reachesAll: reachesAll(item.type) })
    } catch (error) {
      throw placed(error, item.write.at)
    }
  }
}

interface How {
  plain: boolean
  /** Whether the caller may write every resource of the type. */
  reachesAll: boolean
}

function decideOne(ctx: Context, access: Access, item: Item, before: Locked | undefined, { plain, reachesAll }: How): void {
  if (before && !before.may) throw refuse(item.write.kind === 'create' ? alreadyExists : notFound, { type: item.type })
  if (plain && ctx.gate) {
    const current = before && !before.deleted ? JSON.parse(before.content) : undefined
    const closed = ctx.gate(item.write, access.caller, current)
    if (closed) throw new OutcomeError([closed])
  }
  if (before && !before.deleted) checkReplaced(access, item.type, before.content)
  // Who may write some of a type is answered alike for what is missing and for what is not theirs.
  decideUpdate(item, before, !plain || reachesAll)
  decideDelete(item, before, reachesAll)
  if (!before) return
  item.before = before
  item.rid = before.rid
  item.ver = item.same ? before.ver : before.ver + 1
}

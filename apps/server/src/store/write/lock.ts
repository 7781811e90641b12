/** Row locks and what is decided on the locked rows: existence, rights, versions, equal content. */
import { OutcomeError, refuse, sameContent } from '@yba/fhir'
import type { Context } from '../context.ts'
import type { TransactionDb } from '../db.ts'
import { type Access, grantPredicate, Params } from '../grants.ts'
import { alreadyExists, notFound, versionConflict } from '../outcomes.ts'
import { checkReplaced, showsParts } from '../shown.ts'
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

function decideUpdate(item: Item, before: Locked | undefined): void {
  const { write, type } = item
  if (write.kind !== 'update') return
  if (!before) {
    if (!write.upsert) throw refuse(notFound, { type })
    if (write.ifMatch !== undefined) throw refuse(versionConflict, { type, seen: write.ifMatch, current: 0 })
    item.kind = 'create'
    return
  }
  if (write.ifMatch !== undefined && write.ifMatch !== before.ver) {
    throw refuse(versionConflict, { type, seen: write.ifMatch, current: before.ver })
  }
  if (before.deleted && !write.upsert) throw refuse(notFound, { type })
  if (write.ifChanged && !before.deleted) item.same = sameContent(before.content, write.text ?? JSON.stringify(write.resource))
}

function decideDelete(item: Item, before: Locked | undefined): void {
  const { write, type } = item
  if (write.kind !== 'delete') return
  if (!before) throw refuse(notFound, { type })
  if (write.ifMatch !== undefined && write.ifMatch !== before.ver) {
    throw refuse(versionConflict, { type, seen: write.ifMatch, current: before.ver })
  }
  item.same = before.deleted
}

/** Matches items with locked rows. What the caller may not write answers as missing. Throws `not-found`, `version-conflict` and the gate's finding. */
export function decide(ctx: Context, access: Access, items: readonly Item[], locked: ReadonlyMap<string, Locked>, plain: boolean): void {
  for (const item of items) {
    const before = locked.get(`${item.t}/${item.id}`)
    if (before && !before.may) throw refuse(item.write.kind === 'create' ? alreadyExists : notFound, { type: item.type })
    if (plain && ctx.gate) {
      const current = before && !before.deleted ? JSON.parse(before.content) : undefined
      const closed = ctx.gate(item.write, access.caller, current)
      if (closed) throw new OutcomeError([closed])
    }
    if (before && !before.deleted) checkReplaced(access, item.type, before.content)
    decideUpdate(item, before)
    decideDelete(item, before)
    if (!before) continue
    item.before = before
    item.rid = before.rid
    item.ver = item.same ? before.ver : before.ver + 1
  }
}

/** The write path: a batch of writes in an open transaction. */
import { OutcomeError, refuse } from '@yba/fhir'
import type { AuditLine } from '../audit/rows.ts'
import type { Context } from '../context.ts'
import { Again, type TransactionDb } from '../db.ts'
import { type Access, grantPredicate, Params } from '../grants.ts'
import type { EventRow } from '../log/rows.ts'
import { alreadyExists, IDENTIFIER_CLASH, identifierTaken, indexTooWide, writeForbidden } from '../outcomes.ts'
import { stored } from '../stored.ts'
import { inTurns, turns } from '../turns.ts'
import type { FhirResource, Write, WriteResult } from '../types.ts'
import { type IndexRows, rowsInSteps } from './extract.ts'
import { decide, lockRows } from './lock.ts'
import { placed } from './place.ts'
import { type Item, planWrites, textOf } from './plan.ts'
import { checkBinaries, checkDeletes, resolveReferences, type Target } from './references.ts'
import {
  ANSWERING,
  clearStatements,
  indexStatements,
  insertStatement,
  type Statement,
  uniqueStatement,
  updateStatements,
} from './tables.ts'
import { inOne } from './together.ts'

export interface WriteJob {
  ctx: Context
  db: TransactionDb
  access: Access
  now: Date
  /** A plain FHIR write: passes the ownership gate. */
  plain: boolean
  /** Rows of the trail and of the log, which travel with the commit: nobody else can see them before. */
  told: { audit: AuditLine[]; events: EventRow[] }
  /** What the transaction has written and not deleted, by reference: what refers to it need not look for it. */
  written: Map<string, Target>
}

function auditLines(job: WriteJob, items: readonly Item[]): AuditLine[] {
  return items.map((i) => ({
    caller: job.access.caller,
    at: job.now,
    action: i.kind,
    type: i.type,
    id: i.id,
    versionId: i.ver,
    pats: i.pat === null ? [] : i.pat === '-1' ? i.pats : [i.pat],
    outcome: 'ok',
  }))
}

/** A deletion of what is not there is answered, so it is written down. */
function idleLines(job: WriteJob, items: readonly Item[]): AuditLine[] {
  const idle = items.filter((i) => i.kind === 'delete' && i.same)
  return auditLines(job, idle).map(({ versionId: _, ...line }, i) => {
    const { before } = idle[i] as Item
    return before
      ? { ...line, versionId: before.ver, pats: before.pat === null || before.pat === '-1' ? [] : [before.pat], outcome: 'gone' }
      : { ...line, outcome: 'not-found' }
  })
}

function eventRows(items: readonly Item[]): EventRow[] {
  return items.map(
    (i): EventRow => ({
      kind: 'write',
      thread: i.key,
      type: i.type,
      id: i.id,
      versionId: i.ver,
      patient: i.patId,
      // What a PUT created is told from what a POST did.
      payload: i.kind === 'delete' ? { deleted: true } : i.kind === 'create' && i.write.kind === 'update' ? { method: 'PUT' } : {},
    }),
  )
}

/** A row another transaction made first: a named clash for a create, a second look for an upsert. */
function checkInserted(created: readonly Item[], rows: readonly Record<string, unknown>[]): void {
  if (rows.length === created.length) return
  const done = new Set(rows.map((r) => r.rid))
  const lost = created.find((i) => !done.has(i.rid))
  if (!lost) return
  if (lost.write.kind === 'create') throw refuse(alreadyExists, { type: lost.type }, lost.write.at)
  throw new Again('another transaction created the row')
}

/** Identifiers somebody else holds: refused, or told of where care must not wait. */
function checkUnique(items: readonly Item[], rows: readonly Record<string, unknown>[]): EventRow[] {
  const free = new Set(rows.map((r) => `${r.rid}|${r.system}|${r.value}`))
  const clashes: EventRow[] = []
  for (const item of items) {
    for (const id of item.facts?.ids ?? []) {
      if (!id.one || free.has(`${item.rid}|${id.system}|${id.value}`)) continue
      if (!id.soft) throw refuse(identifierTaken, { type: item.type, system: id.system }, item.write.at)
      clashes.push({
        kind: IDENTIFIER_CLASH,
        thread: item.key,
        type: item.type,
        id: item.id,
        patient: item.patId,
        payload: { system: id.system },
      })
    }
  }
  return clashes
}

/** Whatever a grant allows is judged on the rows as they now stand; a refusal rolls all of it back. */
async function checkGrants(job: WriteJob, items: readonly Item[]): Promise<void> {
  const byType = Map.groupBy(items, (i) => i.type)
  for (const [type, list] of byType) {
    const params = new Params()
    const may = grantPredicate(job.access, 'write', 'r', params, type)
    if (may === 'true') continue
    if (may === 'false') throw refuse(writeForbidden, { type })
    const rids = params.add(
      list.map((i) => i.rid),
      'bigint[]',
    )
    const rows = await job.db.query(`select 1 from res r where r.rid = any(${rids}) and not coalesce(${may}, false) limit 1`, params.values)
    if (rows.length > 0) throw refuse(writeForbidden, { type })
  }
}

/** Entries of the search index that one resource may have: a whole list of ICD-10 has fewer. */
const MOST_ENTRIES = 20_000

/** Throws `index-too-wide`. */
async function rowsOf({ hashes, zone }: Context, item: Item, view: FhirResource, turn: ReturnType<typeof turns>): Promise<IndexRows> {
  const binaries = item.facts?.pointers.binaries
  try {
    return await inTurns(rowsInSteps(item.type, view, { hashes, zone, binaries, most: MOST_ENTRIES }), turn)
  } catch (error) {
    throw placed(error, item.write.at)
  }
}

async function prepare(job: WriteJob, items: readonly Item[]): Promise<Item[]> {
  const { ctx, db, access, now } = job
  decide(ctx, access, items, await lockRows(db, access, items, job.plain && ctx.gate !== undefined), job.plain)
  const active = items.filter((i) => !i.same)
  const created = active.filter((i) => i.kind === 'create')
  const rids = await ctx.rids.take(db, created.length)
  created.forEach((item, i) => {
    item.rid = rids[i] as string
    item.ver = 1
  })
  const wide = active.find((item) => (item.facts?.pointers.references.size ?? 0) > MOST_ENTRIES)
  if (wide) throw placed(refuse(indexTooWide, { type: wide.type, most: MOST_ENTRIES }), wide.write.at)
  await resolveReferences(job, active, job.written)
  const turn = turns()
  for (const item of active) {
    item.text = textOf(item, now)
    if (item.view) item.rows = await rowsOf(ctx, item, item.view, turn)
    if (item.kind === 'delete' && item.before) {
      item.pat = item.before.pat
      item.patId = item.before.pat_id
    }
  }
  await checkDeletes(db, active)
  return active
}

async function store(job: WriteJob, active: readonly Item[]): Promise<void> {
  const { ctx, db, access, now } = job
  const by = access.caller.id
  const created = active.filter((i) => i.kind === 'create')
  const changed = active.filter((i) => i.kind !== 'create')
  const unique = uniqueStatement(active)
  const head: Statement[] = created.length > 0 ? [insertStatement(created, now, by)] : []
  const rest: Statement[] = [
    ...updateStatements(changed, now, by),
    ...clearStatements(changed),
    ...indexStatements(active, (text) => ctx.hashes.of(text)),
  ]
  job.told.audit.push(...auditLines(job, active))
  job.told.events.push(...eventRows(active))
  // Numbers that a changed resource had must be free before it takes them again: then that is a statement of its own.
  const apart = changed.length > 0 ? unique : []
  const joined = [...head, ...rest, ...(apart.length > 0 ? [] : unique)]
  const [rows = [], last = []] = await db.together([inOne(joined, ANSWERING), ...apart], { keepPlans: changed.length > 0 })
  const answersOf = (k: number) => rows.filter((row) => row.k === k)
  if (created.length > 0) checkInserted(created, answersOf(0))
  if (unique.length > 0) job.told.events.push(...checkUnique(active, apart.length > 0 ? last : answersOf(joined.length - 1)))
  await checkGrants(job, active)
  for (const item of active) {
    if (item.kind === 'delete') job.written.delete(item.key)
    else job.written.set(item.key, { rid: item.rid, pat: item.pat, id: item.id, ver: item.ver })
  }
}

function result(item: Item, now: Date): WriteResult {
  const row =
    item.before && item.same ? item.before : { id: item.id, ver: item.ver, lu: now, deleted: item.kind === 'delete', content: item.text }
  return Object.assign(stored(item.type, row), { changed: !item.same })
}

/** Types that only commands write are refused before anything is read or validated. */
function passGate({ ctx, access }: WriteJob, writes: readonly Write[]): void {
  for (const write of writes) {
    const closed = ctx.gate?.(write, access.caller)
    if (closed) throw placed(new OutcomeError([closed]), write.at)
  }
}

/**
 * Writes a batch: versions, index rows, audit rows and event rows, in few statements. Answers in the order of the batch.
 * Throws findings of invalid resources, `not-found`, `version-conflict`, `index-too-wide`, `already-exists`, `identifier-taken`,
 * `reference-not-found`, `reference-unexplained`, `patient-encounter-mismatch`, `still-referenced`, `write-forbidden`.
 */
export async function writeBatch(job: WriteJob, writes: readonly Write[]): Promise<WriteResult[]> {
  if (writes.length === 0) return []
  if (job.plain) passGate(job, writes)
  const items = await planWrites(writes, job.now, job.ctx)
  await checkBinaries(job.ctx, items)
  const active = await prepare(job, items)
  job.told.audit.push(...idleLines(job, items))
  if (active.length > 0) await store(job, active)
  return items.map((item) => result(item, job.now))
}

/** The contract's Transaction on one open PostgreSQL transaction. */
import { refuse } from '@yba/fhir'
import type { Caller } from '../access/caller.ts'
import { type AuditLine, auditStatement } from './audit/rows.ts'
import { accessOf, type Context } from './context.ts'
import { isFixed, type TransactionDb } from './db.ts'
import { type EventRow, eventStatement } from './log/rows.ts'
import { match } from './match.ts'
import { referenceNotFound } from './outcomes.ts'
import { type Note, readsOf } from './read/reads.ts'
import { byIdentifier, currentRow, currentRows, lineOf, type Reading } from './read/rows.ts'
import { shownRow } from './shown.ts'
import type { CareRelation, DomainEvent, Transaction } from './types.ts'
import { type WriteJob, writeBatch } from './write/index.ts'
import { patched } from './write/patch.ts'

export interface OpenTransaction {
  tx: Transaction
  /** Audit lines of reads so far. */
  reads: AuditLine[]
  /** What `finish` laid down for the audit. */
  audited: AuditLine[]
  /** Lays down what is left (read audits, events) for the commit. True when something was written. Throws the first failed write. */
  finish(): boolean
}

const GRANT_CARE = `
insert into care (pat, who, department, starts, ends, basis, by)
select r.rid, $2::text, $3::text, $4::timestamptz, $5::timestamptz, $6, $7 from res r
where r.h = $1::bigint and not exists (select 1 from care c where c.pat = r.rid and c.who is not distinct from $2::text
  and c.department is not distinct from $3::text and c.starts = $4::timestamptz and c.ends is not distinct from $5::timestamptz and c.basis = $6)`

async function grantCare(ctx: Context, db: TransactionDb, by: string, care: CareRelation): Promise<void> {
  const h = ctx.hashes.of(`Patient/${care.patient}`)
  const [patient] = await db.query('select 1 from res where h = $1::bigint', [h], true)
  if (!patient) throw refuse(referenceNotFound, { reference: `Patient/${care.patient}` })
  const until = care.to?.toISOString() ?? null
  await db.query(GRANT_CARE, [h, care.who ?? null, care.department ?? null, care.from.toISOString(), until, care.basis, by], true)
}

const END_CARE = `
update care c set ends = $3::timestamptz from res r
where r.h = $1::bigint and c.pat = r.rid and c.basis = $2 and (c.ends is null or c.ends > $3::timestamptz)`

const eventOf = (e: DomainEvent): EventRow => ({ kind: e.kind, thread: e.thread, patient: e.patient ?? null, payload: e.payload ?? {} })

/** The reading half: each row that leaves is noted for the audit. */
function readers(on: Reading, reads: AuditLine[]): Pick<Transaction, 'read' | 'readMany' | 'findByIdentifier'> {
  return {
    async read(type, id, options = {}) {
      const row = await currentRow(on, type, id, 'read', options.lock ?? false)
      reads.push(await lineOf(on, 'read', type, id, row))
      return row && !row.deleted ? shownRow(on.access, 'read', row) : null
    },
    async readMany(references) {
      const rows = await currentRows(on, references)
      const found = rows.map((row) => ({ row, one: shownRow(on.access, 'read', row) }))
      for (const { row, one } of found) reads.push(await lineOf(on, 'read', one.type, one.id, row))
      return new Map(found.map(({ one }) => [`${one.type}/${one.id}`, one]))
    },
    async findByIdentifier(type, system, value, options = {}) {
      const row = await byIdentifier(on, type, system, value, options.lock ?? false)
      if (!row) return null
      reads.push(await lineOf(on, 'read', type, row.id, row))
      return shownRow(on.access, 'read', row)
    },
  }
}

const noteIn =
  (lines: AuditLine[]): Note =>
  async (line) => {
    lines.push(line)
  }

/** Binds a transaction to its caller. A failed write poisons it: it cannot commit, whatever its user catches. */
export function openTransaction(ctx: Context, db: TransactionDb, caller: Caller, plain: boolean): OpenTransaction {
  const access = accessOf(ctx, caller)
  const now = access.now
  const reads: AuditLine[] = []
  const audited: AuditLine[] = []
  /** What patches looked at: its line is that of the write, where one came of it. */
  const looked: AuditLine[] = []
  const events: EventRow[] = []
  const told: WriteJob['told'] = { audit: [], events: [] }
  const job: WriteJob = { ctx, db, access, now, plain, told, written: new Map() }
  const later: [text: string, values: unknown[]][] = []
  let failure: { error: unknown } | undefined
  let wrote = false
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      failure ??= { error }
      throw error
    }
  }
  const on = { ctx, db, access }
  const own = readsOf(() => on, noteIn(reads))
  const tx: Transaction = {
    now,
    ...readers(on, reads),
    search: own.search,
    reads: own,
    match: (conditions) =>
      guarded(async () => {
        const { matched, lines } = await match(on, conditions)
        reads.push(...lines)
        return matched
      }),
    patched: (type, id, steps, ifMatch) => guarded(() => patched(job, (line) => looked.push(line), { type, id, steps, ifMatch })),
    async write(writes) {
      const results = await guarded(() => writeBatch(job, writes))
      wrote ||= results.some((r) => r.changed)
      return results
    },
    emit: (event) => {
      events.push(eventOf(event))
    },
    grantCare: (relation) => guarded(() => grantCare(ctx, db, caller.id, relation)),
    endCare: async (patient, basis) => {
      await guarded(() => db.query(END_CARE, [ctx.hashes.of(`Patient/${patient}`), basis, now.toISOString()], true))
    },
    sql: <R extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
      guarded(() => db.query<R>(text, values, isFixed(text))),
    sqlLast: (text, values = []) => {
      later.push([text, values])
    },
    lockKey: async (key) => {
      await db.query('select pg_advisory_xact_lock($1::bigint)', [ctx.hashes.of(`lock ${key}`)], true)
    },
  }
  return {
    tx,
    reads,
    audited,
    finish() {
      if (failure) throw failure.error
      // In the order of old: what was written, then what was said of it; of the trail what was written, then what was read.
      const said = [...told.events, ...events]
      const isWritten = (line: AuditLine): boolean => told.audit.some((one) => one.type === line.type && one.id === line.id)
      const seen = [...told.audit, ...looked.filter((line) => !isWritten(line)), ...reads]
      audited.push(...seen)
      db.last([
        ...later,
        ...(said.length > 0 ? [eventStatement(said, now, caller.id)] : []),
        ...(seen.length > 0 ? [auditStatement(ctx.epoch, seen)] : []),
      ])
      return wrote || events.length > 0
    },
  }
}

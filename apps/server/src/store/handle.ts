/** A store handle: everything one caller does goes through it, with grants and audit. */
import { refuse } from '@yba/fhir'
import type { Caller } from '../access/caller.ts'
import type { AuditLine } from './audit/rows.ts'
import { accessOf, type Context } from './context.ts'
import { transaction } from './db.ts'
import { gone, notFound } from './outcomes.ts'
import { bytesOf, ownerOfBinary } from './read/binary.ts'
import { compartment } from './read/everything.ts'
import { version, versions } from './read/history.ts'
import { currentRow, lineOf, patientsOf, type Reading } from './read/rows.ts'
import { searchLine, searchPage } from './search/index.ts'
import { shownRow } from './shown.ts'
import type { Row } from './stored.ts'
import { openTransaction } from './transaction.ts'
import type { Store } from './types.ts'

const EVERYTHING_LIMIT = 10_000

/** What was read leaves only after its audit rows are written. */
async function audited<T>(ctx: Context, line: AuditLine, value: T): Promise<T> {
  await ctx.audit.add([line])
  return value
}

/** A current row or the named refusal; both are audited first. */
async function present(on: Reading, action: string, type: string, id: string, row: Row | undefined): Promise<Row> {
  await on.ctx.audit.add([await lineOf(on, action, type, id, row)])
  if (!row) throw refuse(notFound, { type })
  if (row.deleted) throw refuse(gone, { type })
  return row
}

/** Binds a caller. `plain`: writes pass the ownership gate, as plain FHIR writes must. */
export function storeFor(ctx: Context, caller: Caller, plain: boolean): Store {
  const reading = (): Reading => ({ ctx, db: ctx.db, access: accessOf(ctx, caller) })
  return {
    caller,
    async read(type, id) {
      const on = reading()
      return shownRow(on.access, 'read', await present(on, 'read', type, id, await currentRow(on, type, id, 'read')))
    },
    async vread(type, id, versionId) {
      const on = reading()
      return shownRow(on.access, 'read', await present(on, 'vread', type, id, await version(on, type, id, versionId)))
    },
    async history(type, id) {
      const on = reading()
      const found = await versions(on, type, id)
      await ctx.audit.add([await lineOf(on, 'history', type, id, found && { ...found.current, deleted: false })])
      if (!found) throw refuse(notFound, { type })
      return found.all.map((row) => shownRow(on.access, 'history', { ...found.current, ...row }))
    },
    async search(type, query) {
      const on = reading()
      const { page, rows } = await searchPage(on, type, query)
      return audited(ctx, await searchLine(on, type, query, rows), page)
    },
    async everything(patientId, options = {}) {
      const on = reading()
      const patient = await present(on, 'everything', 'Patient', patientId, await currentRow(on, 'Patient', patientId, 'read'))
      const rows = await compartment(on, patient.rid, options.types, options.limit ?? EVERYTHING_LIMIT)
      return rows.map((row) => shownRow(on.access, 'read', row))
    },
    async transact(work) {
      let reads: AuditLine[] = []
      let audited: AuditLine[] = []
      let wrote = false
      try {
        const out = await transaction(ctx.pool, async (db) => {
          const open = openTransaction(ctx, db, caller, plain)
          reads = open.reads
          audited = open.audited
          const value = await work(open.tx)
          wrote = open.finish()
          return value
        })
        ctx.audit.written(audited)
        if (wrote) ctx.committed()
        return out
      } catch (error) {
        // What a refused transaction read was seen all the same.
        if (reads.length > 0) await ctx.audit.add(reads)
        throw error
      }
    },
    async readBinary(sha256) {
      const on = reading()
      const owner = await ownerOfBinary(on, sha256)
      const line = await lineOf(on, 'read', 'Binary', sha256, undefined)
      if (!owner) {
        await ctx.audit.add([line])
        throw refuse(notFound, { type: 'Binary' })
      }
      const bytes = await bytesOf(ctx, owner, sha256)
      return audited(ctx, { ...line, pats: await patientsOf(ctx.db, [owner]), outcome: 'ok' }, bytes)
    },
  }
}

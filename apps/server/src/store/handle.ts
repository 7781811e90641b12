/** A store handle: everything one caller does goes through it, with grants and audit. */
import { refuse } from '@yba/fhir'
import type { Caller } from '../access/caller.ts'
import type { AuditLine } from './audit/rows.ts'
import { accessOf, type Context } from './context.ts'
import { transaction } from './db.ts'
import { notFound } from './outcomes.ts'
import { bytesOf, ownerOfBinary } from './read/binary.ts'
import { type Note, readsOf } from './read/reads.ts'
import { recordsOf } from './read/records.ts'
import { lineOf, patientsOf, type Reading } from './read/rows.ts'
import { openTransaction } from './transaction.ts'
import type { Store } from './types.ts'

/** What was read leaves only after its audit rows are written. */
async function audited<T>(ctx: Context, line: AuditLine, value: T): Promise<T> {
  await ctx.audit.add([line])
  return value
}

/** Binds a caller. `plain`: writes pass the ownership gate, as plain FHIR writes must. */
export function storeFor(ctx: Context, caller: Caller, plain: boolean): Store {
  const reading = (): Reading => ({ ctx, db: ctx.db, access: accessOf(ctx, caller) })
  const note: Note = (line) => ctx.audit.add([line])
  return {
    caller,
    ...readsOf(reading, note),
    ...recordsOf(reading, note),
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

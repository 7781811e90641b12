/** The audit trail: what is recorded, listed, sealed and verified. */

import { refuse } from '@yba/fhir'
import type pg from 'pg'
import type { Clock } from '../../site.ts'
import { type Db, poolDb } from '../db.ts'
import type { Hasher } from '../hash.ts'
import { auditUnavailable } from '../outcomes.ts'
import type { AuditTrail } from '../types.ts'
import { listRows } from './list.ts'
import { marksOfRows, marksOfSeals } from './marks.ts'
import { type AuditLine, auditQueue } from './rows.ts'
import { type LostRow, runningMinute } from './running.ts'
import { sealSettled } from './seals.ts'
import type { Spool } from './spool.ts'
import { auditState, sealHeads } from './state.ts'
import { problem, verifySeals } from './verify.ts'
import { openWitness } from './witness.ts'

export interface Audit extends AuditTrail {
  /** Waits until the lines are written. */
  add(lines: readonly AuditLine[]): Promise<void>
  /** Lines that a transaction has written: they are looked for in the next seals. */
  written(lines: readonly AuditLine[]): void
}

/** Row numbers of patients by id; ids nobody has are left out. */
async function patientRows(db: Db, hashes: Hasher, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const h = ids.map((id) => hashes.of(`Patient/${id}`))
  const rows = await db.query<{ rid: string }>('select rid from res where h = any($1::bigint[])', [h])
  return rows.map((r) => r.rid)
}

/** Whether a line is of a record this person has opened in an emergency, and of nobody else. */
function emergency(spool: Spool, line: AuditLine): boolean {
  const glass = spool.glassOf(line.caller.id, line.at.getTime())
  return glass !== undefined && line.pats.length > 0 && line.pats.every((p) => String(p) === glass.rid)
}

/** Opens the trail on a pool, for the epoch the process runs in. */
export function openAudit(pool: pg.Pool, clock: Clock, hashes: Hasher, epoch: number, witnessFile?: string, spool?: Spool): Audit {
  const db = poolDb(pool)
  const witness = witnessFile === undefined ? undefined : openWitness(db, witnessFile)
  const running = runningMinute(db, epoch)
  const lost: LostRow[] = []
  const queue = auditQueue(db, epoch, running.note, async (lines) =>
    spool && lines.every((l) => emergency(spool, l)) ? spool.keep(lines) : false,
  )
  return {
    add: queue.add,
    written: running.note,
    async record(caller, row) {
      const { patients, ...rest } = row
      const pats = await patientRows(db, hashes, patients ?? [])
      await queue.add([{ ...rest, pats, caller, at: clock.now() }])
    },
    async list(filter) {
      let pat: string | undefined
      if (filter.patient !== undefined) {
        pat = (await patientRows(db, hashes, [filter.patient]))[0]
        if (pat === undefined) return []
      }
      return listRows(db, hashes, filter, pat)
    },
    async seal() {
      const before = await running.before()
      const made = await sealSettled(pool, clock.now())
      lost.push(...(await running.after(before)))
      await witness?.note()
      return made
    },
    async breakGlass(caller, patient) {
      const [rid] = await patientRows(db, hashes, [patient])
      if (!spool || rid === undefined) throw refuse(auditUnavailable)
      const now = clock.now()
      const line = { caller, at: now, action: 'break-glass', type: 'Patient', id: patient, pats: [rid], outcome: 'success' }
      const until = now.getTime() + 4 * 3_600_000
      if (!(await spool.keep([line], { caller: caller.id, patient, rid, until }))) throw refuse(auditUnavailable)
      return new Date(until)
    },
    replay: async () => (await spool?.replay()) ?? 0,
    lost: () => lost.splice(0),
    heads: (after) => sealHeads(db, after),
    marksOfSeals: (from, to) => marksOfSeals(db, from, to),
    marksOfRows: (first, count) => marksOfRows(db, first, count),
    state: () => auditState(db),
    async verify() {
      const verdict = await verifySeals(db)
      const differing = verdict.ok ? await witness?.firstDiffering() : undefined
      return differing === undefined ? verdict : { ...verdict, ok: false, problem: problem(differing, 'seal-broken') }
    },
  }
}

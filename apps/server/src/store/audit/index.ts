/** The audit trail: what is recorded, listed, sealed and verified. */

import { refuse } from '@yba/fhir'
import type pg from 'pg'
import type { Clock } from '../../site.ts'
import { type Db, poolDb } from '../db.ts'
import type { Hasher } from '../hash.ts'
import { auditUnavailable } from '../outcomes.ts'
import type { AuditRow, AuditTrail } from '../types.ts'
import { type AuditLine, auditQueue } from './rows.ts'
import { sealSettled } from './seals.ts'
import type { Spool } from './spool.ts'
import { auditState, sealHeads } from './state.ts'
import { problem, verifySeals } from './verify.ts'
import { openWitness } from './witness.ts'

export interface Audit extends AuditTrail {
  /** Waits until the lines are written. */
  add(lines: readonly AuditLine[]): Promise<void>
}

interface Listed {
  seq: string
  at: Date
  caller: string
  role: string
  purpose: string
  reason: string | null
  action: string
  t: string | null
  id: string | null
  ver: number | null
  patients: string[] | null
  request: string
  outcome: string
  spooled: boolean
}

const LIST = `
select a.seq::text, a.at, a.caller, a.role, a.purpose, a.reason, a.action, a.t, a.id, a.ver, a.request, a.outcome, coalesce(a.detail ~ '(^| )spool$', false) as spooled,
  (select array_agg(p.id order by p.id) from res p where p.rid = any(a.pats)) as patients
from audit a
where ($1::bigint is null or a.pats @> array[$1::bigint]) and ($2::text is null or a.caller = $2)
  and ($3::timestamptz is null or a.at >= $3) and ($4::timestamptz is null or a.at < $4) and ($5::bigint is null or a.seq < $5)
order by a.seq desc limit $6`

function listed(r: Listed): AuditRow {
  return {
    seq: r.seq,
    at: r.at,
    caller: r.caller,
    role: r.role,
    purpose: r.purpose,
    ...(r.reason === null ? {} : { reason: r.reason }),
    action: r.action,
    ...(r.t === null ? {} : { type: r.t }),
    ...(r.id === null ? {} : { id: r.id }),
    ...(r.ver === null ? {} : { versionId: r.ver }),
    patients: r.patients ?? [],
    requestId: r.request,
    outcome: r.outcome,
    ...(r.spooled ? { spooled: true } : {}),
  }
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
  const queue = auditQueue(db, epoch, async (lines) => (spool && lines.every((l) => emergency(spool, l)) ? spool.keep(lines) : false))
  return {
    add: queue.add,
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
      const rows = await db.query<Listed>(LIST, [
        pat ?? null,
        filter.caller ?? null,
        filter.from ?? null,
        filter.to ?? null,
        filter.before ?? null,
        filter.limit,
      ])
      return rows.map(listed)
    },
    async seal() {
      const made = await sealSettled(pool, clock.now())
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
    heads: (after) => sealHeads(db, after),
    state: () => auditState(db),
    async verify() {
      const verdict = await verifySeals(db)
      const differing = verdict.ok ? await witness?.firstDiffering() : undefined
      return differing === undefined ? verdict : { ...verdict, ok: false, problem: problem(differing, 'seal-broken') }
    },
  }
}

/** What access gives to a site: its tables, and the way through a closed door in an emergency. */
import { defineOutcome, OutcomeError, refuse } from '@yba/fhir'
import type { Feature, OperationAnswer, OperationContext } from '../feature.ts'
import type { Site } from '../site.ts'
import type { Caller } from './caller.ts'
import { onBehalf } from './callers.ts'
import { accessMigrations, sweep } from './tables.ts'

const HOURS = 4
const SHORTEST_REASON = 10

const reasonNeeded = defineOutcome({
  code: 'break-glass-reason',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Cần ghi lý do mở hồ sơ khẩn cấp (ít nhất {least} ký tự).',
  en: 'A reason for opening the record in an emergency is needed (at least {least} characters).',
  cure: {
    vi: 'Ghi rõ tình huống lâm sàng; mọi lần mở đều được xem xét lại.',
    en: 'State the clinical situation; every use is reviewed.',
  },
})

/**
 * POST /fhir/Patient/{id}/$break-glass {reason}: a care relation of four hours for one person and one patient.
 * Throws `break-glass-reason`, `not-found`.
 */
async function breakGlass({ caller, json, id, site }: OperationContext): Promise<OperationAnswer> {
  const given = typeof json === 'object' && json !== null && 'reason' in json ? json.reason : undefined
  const reason = typeof given === 'string' ? given.normalize('NFC').trim() : ''
  if (reason.length < SHORTEST_REASON) throw refuse(reasonNeeded, { least: SHORTEST_REASON })
  const acting = { ...onBehalf(caller), reason: reason.slice(0, 500) }
  const store = site.store.as(acting)
  // Written down before it is done: no record opens unseen.
  const seen = await store.read('Patient', id).catch((error: unknown) => error)
  if (seen instanceof Error) return inOutage(site, acting, id, seen)
  const outage = await site.store.audit
    .record(acting, { action: 'break-glass', type: 'Patient', id, patients: [id], outcome: 'success' })
    .then(
      () => undefined,
      (error: unknown) => error,
    )
  if (outage) return inOutage(site, acting, id, outage)
  const until = await store.transact(async (tx) => {
    const to = new Date(tx.now.getTime() + HOURS * 3_600_000)
    await tx.grantCare({ patient: id, who: caller.id, from: tx.now, to, basis: 'break-glass' })
    tx.emit({ kind: 'access.break-glass', thread: `Patient/${id}`, patient: id })
    return to
  })
  return { json: { patient: id, until: until.toISOString() } }
}

/** The audit table takes no rows: the site's spool does. Any other failure stays one. */
async function inOutage(site: Site, acting: Caller, patient: string, outage: unknown): Promise<OperationAnswer> {
  if (!(outage instanceof OutcomeError) || outage.code !== 'audit-unavailable') throw outage
  const until = await site.store.audit.breakGlass(acting, patient)
  return { json: { patient, until: until.toISOString(), spooled: true } }
}

/** Rows that strangers cause live fifteen minutes: swept each minute, their number is bounded by how often they may ask. */
const SWEEP_MS = 60_000

/** Deletes what has run out. */
async function startSweeping({ store, clock, log }: Site): Promise<{ stop(): Promise<void> }> {
  const timer = setInterval(() => {
    sweep(store.sql, clock.now()).catch((error: unknown) => log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'sweep'))
  }, SWEEP_MS)
  timer.unref()
  return { stop: async () => clearInterval(timer) }
}

export const accessFeature: Feature = {
  name: 'access',
  migrations: accessMigrations,
  start: startSweeping,
  operations: [
    {
      name: 'break-glass',
      level: 'instance',
      type: 'Patient',
      method: 'POST',
      permission: 'chart.break-glass',
      body: 'json',
      bodyLimit: 16_384,
      handle: breakGlass,
    },
  ],
}

/** Door of audit: who did what, when and why; only for the auditor, and reading it is recorded, too. */
import { defineOutcome, refuse } from '@yba/fhir'
import type { Feature, OperationAnswer, OperationContext } from '../../feature.ts'
import { auditEvents, callerNames } from './rendered.ts'
import { depositRoot } from './roots.ts'
import { auditMigrations } from './tables.ts'
import { verifyAudit } from './verify.ts'
import { startAuditWorker } from './worker.ts'

export { exchangeRoots, makeRoots, watchRoots } from './roots.ts'
export { verifyAudit } from './verify.ts'

const MOST = 500

const instantUnreadable = defineOutcome({
  code: 'instant-unreadable',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: 'Không đọc được thời điểm "{field}".',
  en: 'The instant "{field}" cannot be read.',
  cure: { vi: 'Viết dạng 2026-11-22 hoặc 2026-11-22T08:00:00+07:00.', en: 'Write 2026-11-22 or 2026-11-22T08:00:00+07:00.' },
})

/** A day alone is the day of the site's zone; `to` then takes the whole day. */
function instant(query: URLSearchParams, field: 'from' | 'to'): { from?: Date; to?: Date } {
  const value = query.get(field)
  if (!value) return {}
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value)
  const at = new Date(day ? `${value}T00:00:00+07:00` : value)
  if (Number.isNaN(at.getTime())) throw refuse(instantUnreadable, { field })
  if (day && field === 'to') at.setTime(at.getTime() + 86_400_000)
  return { [field]: at }
}

/** GET /fhir/AuditEvent/$list?patient=&caller=&from=&to=&before=&limit=&grouped=1 */
async function list({ site, caller, query }: OperationContext): Promise<OperationAnswer> {
  const limit = Math.min(Math.max(Math.trunc(Number(query.get('limit') ?? 100)) || 100, 1), MOST)
  const patient = query.get('patient') ?? undefined
  const by = query.get('caller') ?? undefined
  const before = /^\d{1,18}$/.exec(query.get('before') ?? '')?.[0]
  const grouped = query.get('grouped') === '1'
  const rows = await site.store.audit.list({
    ...(patient ? { patient } : {}),
    ...(by ? { caller: by } : {}),
    ...instant(query, 'from'),
    ...instant(query, 'to'),
    ...(before ? { before } : {}),
    ...(grouped ? { grouped } : {}),
    limit,
  })
  const names = await callerNames(site, rows)
  await site.store.audit.record(caller, { action: 'audit-list', outcome: 'success', ...(patient ? { patients: [patient] } : {}) })
  return {
    json: {
      rows: rows.map((row) => ({ ...row, callerName: names.get(row.caller) ?? row.caller })),
      // Groups reach back differently far: what is older is asked for by its day.
      ...(rows.length === limit ? (grouped ? { more: true } : { before: rows.at(-1)?.seq }) : {}),
    },
  }
}

/** POST /fhir/AuditEvent/$verify: seals what is settled, then recomputes everything and asks others what they hold. */
async function verify({ site, caller }: OperationContext): Promise<OperationAnswer> {
  const result = await verifyAudit(site)
  await site.store.audit.record(caller, { action: 'audit-verify', outcome: result.ok ? 'success' : 'damaged' })
  return { json: result }
}

const operations: Feature['operations'] = [
  { name: 'list', level: 'type', type: 'AuditEvent', method: 'GET', permission: 'audit.read', body: 'none', handle: list },
  { name: 'verify', level: 'type', type: 'AuditEvent', method: 'POST', permission: 'audit.read', body: 'none', handle: verify },
]

/** A site without the exchange: conformance tests, foreign clients, the store's bench. */
export const auditAlone: Feature = { name: 'audit', migrations: auditMigrations, operations, rendered: [auditEvents] }

export const audit: Feature = { ...auditAlone, start: startAuditWorker }

/** The hub also keeps the roots of its nodes. */
export const auditHub: Feature = {
  ...audit,
  operations: [
    ...operations,
    {
      name: 'deposit-root',
      level: 'type',
      type: 'AuditEvent',
      method: 'POST',
      permission: 'exchange.feed',
      body: 'json',
      // A day's seals and two bytes of each of its rows.
      bodyLimit: 2_097_152,
      handle: depositRoot,
    },
  ],
}

/** The trail as AuditEvent, read and searched as FHIR; each look is a line of the trail itself. */
import { listUsers } from '../../access/index.ts'
import type { RenderedType } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { AuditRow } from '../../store/types.ts'
import { facilities } from '../directory/index.ts'
import { askOf } from './ask.ts'
import { auditEvent } from './render.ts'

/** Names of who stands in rows: people of this site, and facilities whose nodes called. */
export async function callerNames(site: Site, rows: readonly AuditRow[]): Promise<ReadonlyMap<string, string>> {
  const nodes = rows.some((r) => r.role === 'node') ? await facilities(site.store) : []
  return new Map([
    ...nodes.map((f) => [f.code, f.name] as const),
    ...(await listUsers(site.store.sql, site.clock.now())).map((u) => [u.id, u.name] as const),
  ])
}

async function events(site: Site, rows: readonly AuditRow[]) {
  const names = await callerNames(site, rows)
  const { code, name } = site.settings.facility
  return rows.map((row) => auditEvent(row, { server: { code, name }, nameOf: (caller) => names.get(caller) }))
}

export const auditEvents: RenderedType = {
  type: 'AuditEvent',
  permission: 'audit.read',
  async read(site, caller, id) {
    const rows = /^\d{1,18}$/.test(id) ? await site.store.audit.list({ limit: 1, seq: id }) : []
    await site.store.audit.record(caller, { action: 'audit-read', outcome: rows.length > 0 ? 'ok' : 'not-found' })
    const [one] = await events(site, rows)
    return one ?? null
  },
  async search(site, caller, query, handling) {
    const { filter, nothing, ignored } = askOf(query, handling)
    const rows = nothing || filter.limit === 0 ? [] : await site.store.audit.list(filter)
    const patients = filter.patient ? { patients: [filter.patient] } : {}
    await site.store.audit.record(caller, { action: 'audit-list', outcome: 'success', ...patients })
    const last = rows.at(-1)
    return { resources: await events(site, rows), ignored, ...(last && rows.length === filter.limit ? { next: last.seq } : {}) }
  },
}

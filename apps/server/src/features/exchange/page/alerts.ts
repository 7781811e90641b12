/** The bell and its list. */
import { refuse } from '@yba/fhir'
import { onBehalf } from '../../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../../feature.ts'
import { type AlertRow, alertStory, clearAlert, openAlerts } from '../alerts.ts'
import type { AlertsAnswer, AlertView } from './contract.ts'
import { NOTHING_TO_SETTLE } from './outcomes.ts'
import { reasonOf } from './settle.ts'

const DAY = 86_400_000

export const alertView = (a: AlertRow): AlertView => ({
  id: a.id,
  kind: a.kind,
  subject: a.subject,
  severity: a.severity,
  role: a.role,
  vi: a.vi,
  en: a.en,
  ...(a.cure_vi && a.cure_en ? { cure: { vi: a.cure_vi, en: a.cure_en } } : {}),
  since: a.first_at.toISOString(),
  last: a.last_at.toISOString(),
  times: a.times,
  ...(a.cleared_at
    ? {
        cleared: {
          at: a.cleared_at.toISOString(),
          ...(a.cleared_by ? { by: a.cleared_by } : {}),
          ...(a.cleared_why ? { why: a.cleared_why } : {}),
        },
      }
    : {}),
})

/** GET /fhir/$alerts: what is open; `mine` is the number on the bell. */
export async function alertList({ site, caller }: OperationContext): Promise<OperationAnswer> {
  const open = (await openAlerts(site.store)).map(alertView)
  const mine = open.filter((a) => a.role === caller.role && a.severity !== 'information').length
  return { json: { open, mine } satisfies AlertsAnswer }
}

/** GET /fhir/$alert-story: the last 30 days, cleared ones too. */
export async function alertHistory({ site }: OperationContext): Promise<OperationAnswer> {
  const since = new Date(site.clock.now().getTime() - 30 * DAY)
  return { json: { rows: (await alertStory(site.store, since)).map(alertView) } }
}

/** POST /fhir/$alert-clear {kind, subject, reason}: a person has dealt with it. It comes back if it is still so. */
export async function alertClear({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const { kind, subject } = (json ?? {}) as { kind?: unknown; subject?: unknown }
  const why = reasonOf(json)
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const was = await clearAlert(tx, String(kind ?? ''), String(subject ?? ''), tx.now, { id: caller.id, why })
    if (!was) throw refuse(NOTHING_TO_SETTLE)
  })
  await site.store.audit.record(caller, { action: 'alert-clear', outcome: 'success', detail: `${kind} ${subject}: ${why}` })
  return {}
}

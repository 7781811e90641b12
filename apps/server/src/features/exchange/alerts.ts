/**
 * "A person must look": every part of a site says so in one way. An alert is raised as often as one likes and stands
 * once; it is cleared by whoever raised it when the matter is over, or by a person with a reason, and its story is kept.
 * It names no patient.
 */
import type { DomainEvent, Transaction } from '../../store/types.ts'
import { type AlertRow, endAlert, type NewAlert, putAlert, readAlertStory, readOpenAlerts, type Sql } from './tables/alerts.ts'

export type { AlertRow, AlertSeverity, NewAlert } from './tables/alerts.ts'

/** Open screens hear that the list changed; inside a transaction only, for only there the log can be written. */
const CHANGED: DomainEvent = { kind: 'exchange.alert', thread: 'Alert/all' }

function tell(db: Sql): void {
  if ('emit' in db) (db as Transaction).emit(CHANGED)
}

/**
 * Opens the alert, or refreshes the open one of the same kind and subject. Gives true when it is new. Works on the site's
 * root as well as inside a transaction, where it stands only if the transaction does.
 */
export async function raiseAlert(db: Sql, alert: NewAlert, now: Date): Promise<boolean> {
  const fresh = await putAlert(db, alert, now)
  if (fresh) tell(db)
  return fresh
}

/** Closes the open alert, if there is one; gives whether there was. `by` and `why` when a person closes it. */
export async function clearAlert(db: Sql, kind: string, subject: string, now: Date, by?: { id: string; why: string }): Promise<boolean> {
  const was = await endAlert(db, kind, subject, by?.id ?? null, by?.why ?? null, now)
  if (was) tell(db)
  return was
}

/** What is open, the worst and oldest first. */
export const openAlerts = (db: Sql): Promise<AlertRow[]> => readOpenAlerts(db)

/** Open alerts and those cleared since, newest first. */
export const alertStory = (db: Sql, since: Date, limit = 200): Promise<AlertRow[]> => readAlertStory(db, since, limit)

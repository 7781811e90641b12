/** Door of the transport: ordered outbox, feed, idempotency. It knows nothing of what it carries. */
import type { Feature } from '../../feature.ts'
import { alertMigrations } from './tables/alerts.ts'
import { deadLetterMigrations } from './tables/dead-letters.ts'
import { tryMigrations } from './tables/tries.ts'
import { migrations } from './tables.ts'

export { type AlertRow, type AlertSeverity, alertStory, clearAlert, type NewAlert, openAlerts, raiseAlert } from './alerts.ts'
export { type ApplyThread, startFeed } from './feed.ts'
export { HUB_UNREACHABLE } from './hub-answers.ts'
export { type HubClient, hubClient } from './hub-client.ts'
export { type OnAnswer, startOutbox } from './outbox.ts'
export {
  enqueue,
  knownAnswer,
  nodeContacts,
  noteContact,
  type OutboxRow,
  openProposals,
  outboxCounts,
  parcelUnderWay,
  rememberAnswer,
  type StoredParcel,
  wasProposed,
} from './tables.ts'

export const exchange: Feature = {
  name: 'exchange',
  operations: [],
  migrations: [...migrations, ...alertMigrations, ...tryMigrations, ...deadLetterMigrations],
}

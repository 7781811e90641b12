/** Door of the transport: ordered outbox, feed, idempotency. It knows nothing of what it carries. */
import type { Feature } from '../../feature.ts'
import { nodeGuard, startForgetting } from './conduct.ts'
import { conductHubOperations } from './conduct-hub.ts'
import { conductNodeOperations } from './conduct-node.ts'
import { alertOperations } from './page/operations.ts'
import { alertMigrations } from './tables/alerts.ts'
import { conductMigrations } from './tables/conduct.ts'
import { deadLetterMigrations } from './tables/dead-letters.ts'
import { pageMigrations } from './tables/page.ts'
import { resyncMigrations } from './tables/resync.ts'
import { runningMigrations } from './tables/running.ts'
import { tryMigrations } from './tables/tries.ts'
import { migrations } from './tables.ts'
import { startWatch } from './watch.ts'

export { type AlertRow, type AlertSeverity, alertStory, clearAlert, type NewAlert, openAlerts, raiseAlert } from './alerts.ts'
export { announceClientKey, followClientKey, takeClientKey } from './client-key.ts'
export { oldPaperAsked } from './conduct.ts'
export { contacts, noteContact } from './contacts.ts'
export { type ApplyThread, type Resync, startFeed } from './feed.ts'
export { HUB_UNREACHABLE, HubRefusal } from './hub-answers.ts'
export { type HubClient, hubClient } from './hub-client.ts'
export { type OnAnswer, type OnRefusal, startOutbox } from './outbox.ts'
export { lastBackup } from './page/last-backup.ts'
export { pageOperations } from './page/operations.ts'
export type { ThreadNames } from './page/rows.ts'
export type { OnSettled } from './page/settle.ts'
export { publicStatus, statusPage } from './page/status.ts'
export { packPapers, unpackPapers } from './paper-bundle.ts'
export { type Handlers, quarantine, quarantineOperations } from './quarantine.ts'
export { startReplays } from './replay-worker.ts'
export { readReport } from './report.ts'
export { sideBySide } from './side-by-side.ts'
export { wasDealtWith } from './tables/alerts.ts'
export { suspendedNow } from './tables/conduct.ts'
export { settleDeadLetter, settleThreadLetters } from './tables/dead-letters.ts'
export { endOffer, type OfferRow, offers, putOffer, putReplay, refusalsAtHub, replays } from './tables/page.ts'
export {
  type AckedMessage,
  ackedMessages,
  closeOpenThread,
  forgetResyncState,
  isOpenThread,
  noteReport,
  notReconciled,
  type OpenThread,
  offerAgain,
  offerWithoutPlace,
  openReoffers,
  openThreads,
  putOpenThreads,
  putReport,
  putResyncState,
  type ReofferMark,
  type ResyncState,
  reconcileReports,
  reconcilingAmong,
  resyncState,
  type StoredReport,
  settledFacilities,
} from './tables/resync.ts'
export { recordTry, threadName } from './tables/tries.ts'
export {
  enqueue,
  feedCursor,
  knownAnswer,
  messageOf,
  moveCursor,
  moveWaiting,
  type OutboxRow,
  openProposals,
  outboxCounts,
  parcelUnderWay,
  rememberAnswer,
  type StoredParcel,
  stoppedThreads,
  wasProposed,
} from './tables.ts'
export { startWatch, watchPass } from './watch.ts'
export { whyOf } from './why.ts'

export const exchange: Feature = {
  name: 'exchange',
  operations: alertOperations,
  migrations: [
    ...migrations,
    ...alertMigrations,
    ...tryMigrations,
    ...deadLetterMigrations,
    ...pageMigrations,
    ...resyncMigrations,
    ...runningMigrations,
  ],
  start: async (site) => (site.role === 'bare' ? { stop: async () => undefined } : startWatch(site)),
}

/** The hub watches over the behaviour of nodes; a node sees its standing and may appeal. */
export const conductHub: Feature = {
  name: 'conduct',
  operations: conductHubOperations,
  migrations: conductMigrations,
  guard: nodeGuard,
  start: async (site) => startForgetting(site),
}
export const conductFacility: Feature = { name: 'conduct', operations: conductNodeOperations, migrations: conductMigrations }

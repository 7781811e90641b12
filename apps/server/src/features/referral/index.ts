/** Door of the referral: what a facility and what the hub switch on. */
import type { Feature } from '../../feature.ts'
import { followDirectory } from '../directory/index.ts'
import type { ThreadState } from '../exchange/contract.ts'
import { followClientKey, hubClient, pageOperations, startFeed, startOutbox, startReplays, statusPage } from '../exchange/index.ts'
import { startSigningWorker } from '../sign-tray/index.ts'
import { startAcceptance } from './acceptance/worker.ts'
import { afterSigned } from './after-signed.ts'
import { applyThread } from './apply.ts'
import { letterSettled } from './attention.ts'
import { startFollowing } from './by-file/worker.ts'
import { directoryAlerts } from './directory-alerts.ts'
import { fetchAhead } from './fetch-ahead.ts'
import { hubOperations } from './hub-operations.ts'
import { facilityOperations } from './operations.ts'
import { refusedByHub } from './refused.ts'
import { nodeResync } from './resync.ts'
import { startSealWatch } from './seal-watch.ts'
import { slipPage } from './slip-page.ts'
import { acceptanceMigrations } from './tables/acceptance.ts'
import { askedMigration } from './tables/asked.ts'
import { deliveryLag, figureMigrations } from './tables/figures.ts'
import { fileMigrations } from './tables/files.ts'
import { slipMigrations } from './tables/slips.ts'
import { migrations } from './tables.ts'
import { threadNames } from './thread-names.ts'
import { startTimers } from './timers.ts'

export { type Followed, followFile } from './by-file/follow.ts'
export { type Undoing, undoFile } from './by-file/undo.ts'
export { type ChannelFacts, channelFacts } from './channel-facts.ts'
export { gaps as paperGaps } from './drafts.ts'
export { findingView } from './finding-view.ts'
export { findReferral, type KnownStay, type OpenedReferral, type Origin, openReferral, tieStay, withdrawnByFile } from './open.ts'
export { AHEAD_MS } from './real-time.ts'
export { type SlipFigures, slipFigures } from './slip-figures.ts'
export { type FileSaid, lockRecord } from './tables/files.ts'

/** A facility: tray, lists, steps; the outbox and the ear towards the hub. */
export const referralFacility: Feature = {
  name: 'referral',
  pages: [statusPage()],
  operations: [...facilityOperations, ...pageOperations(threadNames, hubClient, letterSettled)],
  migrations: [...migrations, ...figureMigrations, ...slipMigrations, ...fileMigrations, ...acceptanceMigrations, askedMigration],
  async start(site) {
    const signing = startSigningWorker(site, afterSigned(site))
    const files = startFollowing(site)
    const acceptance = startAcceptance(site)
    const worker = { stop: async () => void (await Promise.all([signing.stop(), files.stop(), acceptance.stop()])) }
    if (!site.settings.hubUrl || !site.keys.client) return worker
    const hub = hubClient(site)
    const outbox = startOutbox(site, hub, (state) => applyThread(site, hub, state), refusedByHub(site))
    const taking = {
      apply: (state: ThreadState) => applyThread(site, hub, state),
      ahead: (states: readonly ThreadState[]) => fetchAhead(site, hub, states),
    }
    const feed = startFeed(site, hub, taking, nodeResync(site, hub))
    const replays = startReplays(
      site,
      hub,
      (state) => applyThread(site, hub, state),
      (state) => applyThread(site, hub, state),
    )
    const directory = followDirectory(site, hub, directoryAlerts(site))
    const key = followClientKey(site, hub)
    const seal = startSealWatch(site)
    return {
      stop: async () => {
        await Promise.all([worker.stop(), outbox.stop(), feed.stop(), replays.stop(), directory.stop(), key.stop(), seal.stop()])
      },
    }
  },
}

/** The hub: accepts, arbitrates, feeds, and keeps the clock. */
export const referralHub: Feature = {
  name: 'referral',
  operations: hubOperations,
  pages: [slipPage, statusPage((site, since) => deliveryLag(site.store, since))],
  migrations: [...migrations, ...figureMigrations, ...slipMigrations, ...fileMigrations, ...acceptanceMigrations],
  start: async (site) => startTimers(site),
}

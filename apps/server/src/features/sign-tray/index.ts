/** Door of the signing tray. */
import type { Feature } from '../../feature.ts'
import { migrations } from './tables.ts'

export { ALREADY_SIGNED, NOT_YOUR_TURN } from './outcomes.ts'
export { type AfterSigned, signNext } from './sign.ts'
export {
  openRequests,
  pendingRequests,
  requestsOf,
  type SignatureRequest,
  startSigning,
  waitingForSeal,
  withdrawRequests,
} from './tables.ts'
export { startSigningWorker } from './worker.ts'

export const signTray: Feature = { name: 'sign-tray', operations: [], migrations }

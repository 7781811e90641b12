/** What came of this site's comparing with the hub after one of them was put back from a backup. */
import type { OperationAnswer, OperationContext } from '../../../feature.ts'
import { resyncState } from '../tables/resync.ts'
import type { ReconcileAnswer } from './contract.ts'

/** GET /fhir/$reconcile at a facility. */
export async function ownReconcile({ site }: OperationContext): Promise<OperationAnswer> {
  const state = await resyncState(site.store)
  const { number, started, why } = site.store.log.epoch
  const { code, name } = site.settings.facility
  const answer: ReconcileAnswer = {
    epoch: { number, started: started.toISOString(), why },
    waitingFor: [],
    reports: state?.report ? [{ facility: code, name, at: state.at.toISOString(), report: state.report }] : [],
  }
  return { json: answer }
}

/** A slip that is compared with the hub after a restore is open to change until the hub's word holds all that was known here. */
import type { Transaction } from '../../store/types.ts'
import type { ThreadState } from '../exchange/contract.ts'
import { closeOpenThread, isOpenThread } from '../exchange/index.ts'
import { storiesOf } from './tables.ts'
import { commonSteps, stepDigests } from './thread-digest.ts'

/** Called with each word of the hub about a thread, after it was taken in. */
export async function closeWhenEqual(tx: Transaction, { thread, history }: ThreadState): Promise<void> {
  if (!(await isOpenThread(tx, thread))) return
  const ours = stepDigests((await storiesOf(tx, [thread])).get(`${thread.issuer} ${thread.number}`) ?? [])
  if (commonSteps(ours, stepDigests(history)) === ours.length) await closeOpenThread(tx, thread)
}

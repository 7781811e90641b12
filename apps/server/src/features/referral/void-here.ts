/**
 * A slip the hub had refused is voided where it was written, and nothing of it has to travel. Its papers may come to the
 * hub all the same: an operator takes in what was held back. Void it stays here, and the void follows the papers.
 */
import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../store/types.ts'
import type { ThreadState, TransitionMessage } from '../exchange/contract.ts'
import { enqueue, wasProposed } from '../exchange/index.ts'
import { loadHistory } from './tables.ts'
import { priorityOf, type ReferralTask } from './task.ts'
import { hideHere } from './wrong-patient.ts'

/** Takes the replica before and after the hub's word; gives what stands. */
export async function keepVoid(tx: Transaction, state: ThreadState, before: ReferralTask, next: ReferralTask): Promise<ReferralTask> {
  if (before.state !== 'void' || next.state === 'void') return next
  const story = await loadHistory(tx, state.thread, 'local')
  const word = story.findLast((h) => h.event === 'void')
  if (!word) return next
  if (!(await wasProposed(tx, state.thread, 'void'))) {
    const message: TransitionMessage = {
      thread: state.thread,
      event: 'void',
      occurredAt: word.occurredAt,
      by: { id: 'exchange', display: word.by, role: 'system' },
      ...priorityOf(next),
      ...(word.reason ? { reason: word.reason } : {}),
      ...(word.wrongPatient ? { wrongPatient: true } : {}),
    }
    await enqueue(tx, randomUUID(), 'transition', state.thread, message, tx.now)
  }
  const kept: ReferralTask = { ...next, state: 'void' }
  return word.wrongPatient ? hideHere(tx, kept) : kept
}

/** The hub's thread: its story, and its state as it travels. */
import type { Transaction } from '../../store/types.ts'
import { carriedAll } from '../documents/index.ts'
import type { ThreadState } from '../exchange/contract.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { clashesOf } from './tables/attention.ts'
import { appendHistory, loadHistory } from './tables.ts'
import { isShadow, priorityOf, type ReferralTask } from './task.ts'

/** One line more of the story; the Task's state is the state after it. */
export async function record(
  tx: Transaction,
  task: ReferralTask,
  entry: Omit<ReferralHistoryEntry, 'state' | 'recordedAt'> & { recordedAt?: string },
): Promise<void> {
  const thread = { issuer: task.issuer.code, number: task.number }
  const now = tx.now.toISOString()
  // Recorded once before, lost with the hub's database, and offered again: the first time counts, the second is told.
  const again = entry.recordedAt ? { reoffered: now } : {}
  await appendHistory(tx, thread, 'hub', { recordedAt: now, ...entry, ...again, state: task.state })
}

/** Puts the thread's new state into the log, from where the feed takes it, and answers it. */
export async function publish(tx: Transaction, taskId: string, task: ReferralTask): Promise<ThreadState> {
  const state = await threadState(tx, task)
  tx.emit({
    kind: 'referral.thread',
    thread: `Task/${taskId}`,
    payload: {
      task: taskId,
      issuer: task.issuer.code,
      number: task.number,
      // A paper slip that came before its message: its sender, who may still be signing, hears of it with its own parcel.
      from: isShadow(task) && !task.partOf ? '' : task.issuer.code,
      to: task.to.code,
      version: state.version,
      stat: task.stat === true,
    },
  })
  return state
}

/** The shared state of a thread as it travels. */
export async function threadState(tx: Transaction, task: ReferralTask): Promise<ThreadState> {
  const thread = { issuer: task.issuer.code, number: task.number }
  const [history, documents, clashes] = await Promise.all([
    loadHistory(tx, thread, 'hub'),
    carriedAll(tx, [...task.input, ...task.output]),
    clashesOf(tx, thread),
  ])
  return {
    thread,
    ...(clashes.length > 0 ? { clashes } : {}),
    version: history.length,
    state: task.state,
    from: task.issuer.code,
    to: task.to.code,
    history,
    documents,
    ...(task.aliases ? { aliases: task.aliases } : {}),
    ...priorityOf(task),
    ...(task.partOf ? { partOf: task.partOf } : {}),
    ...(task.use ? { use: task.use } : {}),
    ...(isShadow(task) ? { shadow: { person: task.person } } : {}),
  }
}

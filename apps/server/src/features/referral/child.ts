/**
 * Child Tasks: a later visit with the same slip, or the same slip sent on to a third facility. Each is a thread of its
 * own whose number is the slip's with a counter behind `~`; `partOf` names the first.
 */
import type { Stored, Transaction } from '../../store/types.ts'
import type { ThreadKey } from '../exchange/contract.ts'
import { type ReferralTask, taskFacts, taskIdentifierSystem } from './task.ts'
import { STATES } from './transitions.ts'

const MARK = /~\d+$/

/** The slip's own number, as its paper says it. */
export const slipNumber = (number: string): string => number.replace(MARK, '')

export const slipThread = (thread: ThreadKey): ThreadKey => ({ issuer: thread.issuer, number: slipNumber(thread.number) })

/** The children of a slip in the order they were opened. The caller holds the thread's lock. */
export async function childrenOf(tx: Transaction, thread: ThreadKey): Promise<{ stored: Stored; task: ReferralTask }[]> {
  const slip = slipThread(thread)
  const found: { stored: Stored; task: ReferralTask }[] = []
  for (;;) {
    const number = childNumber(slip.number, found.length)
    const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(slip.issuer), number, { lock: true })
    if (!stored) return found
    found.push({ stored, task: taskFacts(stored.resource()) })
  }
}

/** The number of the next child, when there are `known` of them. */
export const childNumber = (number: string, known: number): string => `${slipNumber(number)}~${known + 2}`

/**
 * Where a step of a receiver belongs: to its open visit, when the thread it names has ended. A node that was away may
 * still speak of the thread it knew.
 */
export async function openVisit(
  tx: Transaction,
  thread: ThreadKey,
  task: ReferralTask,
  facility: string,
): Promise<{ stored: Stored; task: ReferralTask } | null> {
  if (!STATES[task.state].terminal || task.to.code !== facility) return null
  const children = await childrenOf(tx, thread)
  return children.findLast((c) => c.task.to.code === facility && !STATES[c.task.state].terminal) ?? null
}

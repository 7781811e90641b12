/**
 * Child Tasks: a later visit with the same slip, or the same slip sent on to a third facility. Each is a thread of its
 * own whose number is the slip's with a counter behind `~`; `partOf` names the first.
 */
import { slipNumber, visitOfNumber } from '@yba/vietnam'
import type { Stored, Transaction } from '../../store/types.ts'
import type { ThreadKey } from '../exchange/contract.ts'
import type { Told } from './machine.ts'
import { type ReferralTask, taskFacts, taskIdentifierSystem } from './task.ts'
import { type ReferralEvent, type ReferralState, STATES, transition } from './transitions.ts'

export const slipThread = (thread: ThreadKey): ThreadKey => ({ issuer: thread.issuer, number: slipNumber(thread.number) })

export interface Child {
  stored: Stored
  task: ReferralTask
}

/** The children of a slip in the order they were opened. The caller holds the thread's lock. */
export async function childrenOf(tx: Transaction, thread: ThreadKey): Promise<Child[]> {
  const slip = slipThread(thread)
  const found: Child[] = []
  for (let n = 1; ; n++) {
    const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(slip.issuer), `${slip.number}~${n}`, { lock: true })
    if (stored) found.push({ stored, task: taskFacts(stored.resource()) })
    // Only a slip of one year has a first visit apart from its first thread.
    else if (n > 1) return found
  }
}

/** The number of the next child and, of a visit, which use of the slip it is; the first thread may be a visit itself. */
export function nextChild(parent: ReferralTask, children: readonly Child[], story: readonly Told[]): { number: string; use: number } {
  const numbers = children.map((c) => visitOfNumber(c.task.number) ?? 0)
  const last = Math.max(parent.state === 'multi-use' ? 0 : 1, ...numbers)
  const own = story.some((t) => t.event === 'arrive' && t.child === undefined) ? 1 : 0
  return { number: `${slipNumber(parent.number)}~${last + 1}`, use: own + children.filter((c) => c.task.use).length + 1 }
}

/**
 * Where a step of a receiver belongs: to its open visit, when the thread it names has ended or serves many visits. A
 * node that was away may still speak of the thread it knew. Null: to the thread itself.
 */
export async function openVisit(
  tx: Transaction,
  thread: ThreadKey,
  task: ReferralTask,
  facility: string,
  event?: ReferralEvent,
): Promise<Child | null> {
  if (!servesVisits(task.state) || task.to.code !== facility) return null
  const open = (await childrenOf(tx, thread)).filter((c) => c.task.to.code === facility && !STATES[c.task.state].terminal)
  if (STATES[task.state].terminal) return open.at(-1) ?? null
  // Where visits may overlap, only one nobody has seen yet is the same patient at the same desk.
  if (event === 'arrive') return open.findLast((c) => c.task.state === 'arrived') ?? null
  return task.state === 'multi-use' ? (open.at(-1) ?? null) : null
}

/** Whether an arrival in this state is a visit of its own. */
export const servesVisits = (state: ReferralState): boolean => transition(state, 'arrive', 'receiver')?.opens === 'arrived'

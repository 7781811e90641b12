/** When the acceptance policy is asked about a slip. */
import type { ReferralTask } from '../task.ts'
import type { ReferralState } from '../transitions.ts'

/** Nobody at the receiver has answered: a question asked of the sender is a person's answer. */
const UNANSWERED: readonly ReferralState[] = ['sent', 'delivered']

export const isUnanswered = (state: ReferralState): boolean => UNANSWERED.includes(state)

/** Whether the hub's word makes a slip one that waits for an answer: it has come, its papers are others, or it waits again. */
export function asksForAnswer(before: ReferralTask | null, next: ReferralTask): boolean {
  if (!isUnanswered(next.state)) return false
  return before === null || !isUnanswered(before.state) || before.input.length !== next.input.length
}

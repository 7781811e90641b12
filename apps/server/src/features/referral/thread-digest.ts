/** What two sites compare of a thread: its steps and its papers, not the moments at which each site wrote them down. */
import { createHash } from 'node:crypto'
import type { ReferralHistoryEntry } from './contract.ts'

/** The story after each step, 16 hex digits: where two stories part is the first place at which these differ. */
export function stepDigests(story: readonly ReferralHistoryEntry[]): string[] {
  const out: string[] = []
  let before = ''
  for (const { event, state, occurredAt, facility } of story) {
    before = createHash('sha256').update(`${before}\n${event} ${state} ${occurredAt} ${facility}`).digest('hex').slice(0, 16)
    out.push(before)
  }
  return out
}

/** How many steps from the first on are the same in both. */
export function commonSteps(a: readonly string[], b: readonly string[]): number {
  let n = 0
  while (n < a.length && n < b.length && a[n] === b[n]) n++
  return n
}

export const paperKey = (d: { number: string; version: number; digest: string }): string => `${d.number}#${d.version}#${d.digest}`

/** What a slip must say before it is put up for signing, and signed. */
import { type Finding, OutcomeError, refuse } from '@yba/fhir'
import { departureAhead, type PaperContent, referralGaps } from '@yba/vietnam'
import type { Transaction } from '../../store/types.ts'
import { addresseeFaults } from './addressee.ts'
import { localDateTime } from './local-time.ts'
import { DRAFT_CHANGED, GAPS_OPEN } from './outcomes.ts'

/**
 * Takes the slip as it is written. `issued`: an earlier version has left, so its addressee stands. Throws
 * `addressee-unknown`, `addressee-hub`, `referral-gaps-open` with each gap, `draft-changed` where nothing is written any more.
 */
export async function refuseGaps(db: Pick<Transaction, 'sql'>, content: PaperContent | undefined, issued = false): Promise<void> {
  if (content?.kind !== 'referral') throw refuse(DRAFT_CHANGED)
  const [fault] = issued ? [] : await addresseeFaults(db, content)
  if (fault) throw new OutcomeError([fault])
  const gaps = referralGaps(content).filter((f) => f.definition.severity === 'error')
  if (gaps.length === 0) return
  const refusal = refuse(GAPS_OPEN)
  refusal.findings.push(...gaps)
  throw refusal
}

const DAY_MS = 86_400_000

/** A transfer may be planned for tomorrow; a departure beyond that is a mistyped day, or the clock of a HIS. */
export const departureFaults = (content: PaperContent, now: Date): Finding[] =>
  content.kind === 'referral' ? departureAhead(content, localDateTime(new Date(now.getTime() + DAY_MS))) : []

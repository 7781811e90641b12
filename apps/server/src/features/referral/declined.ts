/** "Đề nghị nơi khác" at the sender: a matter for a person, until the slip is sent to another place or the matter is closed. */
import { finding, findingText } from '@yba/fhir'
import type { Caller } from '../../access/caller.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { facilityName } from '../directory/index.ts'
import type { ThreadState } from '../exchange/contract.ts'
import type { ReferralHistoryEntry, ReferralView } from './contract.ts'
import { DECLINED_ELSEWHERE } from './outcomes.ts'
import { attentionOf, openAttention, settleAttention } from './tables/attention.ts'
import type { ReferralTask } from './task.ts'

const subjectOf = (issuer: string, number: string): string => `declined:${issuer}|${number}`

/** The receiver has proposed another place: those who write and take back slips are told. */
export async function tellDeclined(tx: Transaction, state: ThreadState, entry: ThreadState['history'][number]): Promise<void> {
  const { issuer, number } = state.thread
  const name = entry.to ? (await facilityName(tx, entry.to)) || entry.to : ''
  const place = name || 'chưa nêu nơi, xem lý do'
  const { code, vi, en, cure } = findingText(finding(DECLINED_ELSEWHERE, { place, placeEn: name || 'none named, see the reason' }))
  const body = { code, vi, en, cure, recordedAt: entry.recordedAt, hubState: state.state }
  await openAttention(tx, { kind: 'declined', subject: subjectOf(issuer, number), issuer, number, event: 'decline', body }, tx.now)
}

/** The slip goes to another place: nothing is left to do about the first. */
export async function settleDeclined(tx: Transaction, task: ReferralTask, by: Caller): Promise<void> {
  const row = await attentionOf(tx, subjectOf(task.issuer.code, task.number))
  if (row && !row.settled_at) await settleAttention(tx, row.id, 'again', by, tx.now)
}

/** What the receiver of a declined slip proposed, for the sender's screen. */
export async function proposedElsewhere(
  site: Site,
  task: ReferralTask,
  history: readonly ReferralHistoryEntry[],
): Promise<Pick<ReferralView, 'elsewhere'>> {
  const entry = task.state === 'declined' ? history.findLast((h) => h.event === 'decline') : undefined
  if (!entry) return {}
  const row = await attentionOf(site.store, subjectOf(task.issuer.code, task.number))
  const to = entry.to ? { code: entry.to, name: (await facilityName(site.store, entry.to)) || entry.to } : undefined
  const matter = row && !row.settled_at ? { matter: row.id } : {}
  return { elsewhere: { ...matter, ...(to ? { to } : {}), ...(entry.reason ? { reason: entry.reason } : {}) } }
}

/**
 * At the hub, after it was put back from a backup: a node offers again what the hub had acknowledged and lost. Each
 * message says where its entry stood in the story, so that steps of two parties come to stand in the old order whoever
 * offers first, and keep the time at which they were first recorded.
 */
import { defineOutcome, refuse } from '@yba/fhir'
import type { OperationContext } from '../../feature.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { isMoment } from './real-time.ts'

export interface Reoffer {
  number: string
  /** Place of the entry in the story, from 1; 0 for a parcel without an entry of its own. */
  position: number
  recordedAt: string
}

export const RESYNC_FIRST = defineOutcome({
  code: 'resync-first',
  http: 409,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Trục đã được phục hồi từ bản sao lưu; cơ sở phải đối chiếu lại trước khi gửi tiếp.',
  en: 'The hub was put back from a backup; the node compares first and then goes on.',
  cure: { vi: 'Phần mềm tự đối chiếu rồi gửi lại.', en: 'The software compares and sends again by itself.' },
})

export const REOFFER_EARLY = defineOutcome({
  code: 'reoffer-early',
  http: 409,
  severity: 'warning',
  issue: 'conflict',
  vi: 'Bước trước của phiếu này chưa được gửi lại lên trục.',
  en: 'What came before in this thread has not been offered again yet.',
  cure: { vi: 'Phần mềm tự gửi lại sau ít phút.', en: 'The software sends again in a few minutes by itself.' },
})

/** Throws `resync-first` when the node speaks of an epoch that is over. */
export function checkEpoch({ site, headers }: OperationContext): void {
  const agreed = headers['x-yba-hub-epoch']
  if (typeof agreed === 'string' && Number(agreed) !== site.store.log.epoch.number) throw refuse(RESYNC_FIRST)
}

/** The mark of a message that is offered again; a hub that was never put back takes no such word. */
export function reofferOf({ site, headers }: OperationContext): Reoffer | null {
  const given = headers['x-yba-reoffer']
  if (typeof given !== 'string' || site.store.log.epoch.number === 1) return null
  const m = /^(\d{1,6});([0-9T:.Z+-]{0,40});(.{1,120})$/.exec(given)
  return m ? { position: Number(m[1]), recordedAt: m[2] ?? '', number: m[3] ?? '' } : null
}

type Step = Pick<ReferralHistoryEntry, 'event' | 'occurredAt' | 'facility'>

/**
 * `there`: the entry stands where it stood. `next`: it is the next one. `other`: something else stands there by now, and the
 * message is arbitrated like any other. Throws `reoffer-early` while entries before it are missing.
 */
export function placeOf(again: Reoffer, story: readonly ReferralHistoryEntry[], step: Step): 'there' | 'next' | 'other' {
  if (again.position === 0) return 'other'
  if (story.length < again.position - 1) throw refuse(REOFFER_EARLY)
  const there = story[again.position - 1]
  if (!there) return 'next'
  return there.event === step.event && there.occurredAt === step.occurredAt && there.facility === step.facility ? 'there' : 'other'
}

/**
 * The time an entry was first recorded, as the node has it from the hub: only in its old place, not before the entry that
 * stands before it and not after the hub's new beginning.
 */
export function recordedBefore(again: Reoffer, story: readonly ReferralHistoryEntry[], epochBegan: Date): { recordedAt?: string } {
  const at = isMoment(again.recordedAt) ? Date.parse(again.recordedAt) : Number.NaN
  const least = Date.parse(story.at(-1)?.recordedAt ?? '') || 0
  return at >= least && at <= epochBegan.getTime() ? { recordedAt: again.recordedAt } : {}
}

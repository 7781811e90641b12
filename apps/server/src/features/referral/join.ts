/**
 * Which referral of this facility a word speaks of: the one place where a file of the HIS, or a person who begins to
 * write, is joined to a slip that is there. By slip number, else by the stay (MA_LK), else by person, destination and day.
 * What joins nothing opens a referral of its own.
 */
import type { Stored, Transaction } from '../../store/types.ts'
import { findSlip } from './find-slip.ts'
import { localDateTime } from './local-time.ts'
import { loadDraft } from './tables.ts'
import { type ReferralTask, taskFacts } from './task.ts'
import { type ReferralState, STATES } from './transitions.ts'

export type JoinedBy = 'number' | 'stay' | 'person-day'

export interface Word {
  issuer: string
  /** The slip's number as the HIS gives it; absent while a person only begins to write. */
  number?: string
  /** References of the local person and stay. */
  patient: string
  encounter?: string
  /** Empty while nobody has chosen. */
  to: string
  /** yyyy-mm-dd of leaving. */
  day: string
  basedOn?: { issuer: string; number: string }
}

export interface Joined {
  stored: Stored
  task: ReferralTask
  by: JoinedBy
}

const OWN_SERIES = /^\d{1,8}\/\d{4}\/GCT-YB$/
const MOST = 100

/** Taken back by a person: a file does not open it again, and nothing is doubled beside it. */
export const isCancelled = (state: ReferralState): boolean => state === 'void' || state === 'cancelled'

/** Signatures are not asked for yet and nothing has left. */
export const isUnsent = (task: ReferralTask): boolean => STATES[task.state].local === true && task.state !== 'queued'

/** The referral the word belongs to, locked, or null. The caller holds the lock `compose:<patient id>`. */
export async function joinOf(tx: Transaction, word: Word): Promise<Joined | null> {
  const named = word.number ? await findSlip(tx, word.issuer, word.number, { lock: true }) : null
  const own = named && taskFacts(named.resource())
  // A slip that was taken back steps behind the one a person has written for the same stay since.
  if (named && own && !isCancelled(own.state)) return { stored: named, task: own, by: 'number' }
  const found = await ofPerson(tx, word, named?.id)
  if (found) return found
  return named && own ? { stored: named, task: own, by: 'number' } : null
}

async function ofPerson(tx: Transaction, word: Word, not?: string): Promise<Joined | null> {
  const page = await tx.search('Task', `patient=${word.patient}&_sort=-_lastUpdated&_count=${MOST}`)
  const candidates = page.entries
    .map((stored) => ({ stored, task: taskFacts(stored.resource()) }))
    .filter(
      ({ stored, task }) => stored.id !== not && task.issuer.code === word.issuer && !task.partOf && mayBe(task, word, not !== undefined),
    )
    // Alive before ended, ended before taken back; the newest of each.
    .sort((a, b) => rank(a.task) - rank(b.task))
  for (const { stored, task } of candidates) {
    const by = sameStay(task, word) ? 'stay' : samePersonDay(task, word) ? 'person-day' : null
    if (!by || !(await answersTheSame(tx, stored.id, word))) continue
    const locked = await tx.read('Task', stored.id, { lock: true })
    if (locked) return { stored: locked, task: taskFacts(locked.resource()), by }
  }
  return null
}

const rank = (task: ReferralTask): number => (isCancelled(task.state) ? 2 : STATES[task.state].terminal ? 1 : 0)

/** Whether a slip may be the one a word speaks of, by its number and state. */
function mayBe(task: ReferralTask, word: Word, elsewhere: boolean): boolean {
  // Who begins to write goes on with what is under way; what has ended is no reason not to write another.
  if (!word.number) return !STATES[task.state].terminal
  const own = OWN_SERIES.test(task.number)
  const free = own && (task.aliases ?? []).every((alias) => alias === word.number)
  // The HIS took its own number back here: a slip of another number, ended too, is another matter.
  if (elsewhere && STATES[task.state].terminal) return false
  if (free) return isCancelled(task.state) || !STATES[task.state].terminal || task.to.code === word.to
  // The HIS gives one number to one slip: another number is another slip once the first has left, unless it goes on the same way.
  return isUnsent(task) || (!STATES[task.state].terminal && task.to.code === word.to)
}

const sameStay = (task: ReferralTask, word: Word): boolean => word.encounter !== undefined && task.encounter === word.encounter

/** A slip written before its stay was known: same person (the caller's), same destination, same day. */
function samePersonDay(task: ReferralTask, word: Word): boolean {
  if (task.encounter || !OWN_SERIES.test(task.number)) return false
  if (task.to.code && word.to && task.to.code !== word.to) return false
  const days = [task.departure?.slice(0, 10), localDateTime(new Date(task.authoredOn)).slice(0, 10)]
  return days.includes(word.day)
}

/** A slip that sends a patient back or on names the one they came with; a plain one names none. */
async function answersTheSame(tx: Transaction, task: string, word: Word): Promise<boolean> {
  if (word.number) return true
  const draft = (await loadDraft(tx, task, 'referral'))?.content
  const basedOn = draft?.kind === 'referral' ? draft.basedOn : undefined
  return basedOn?.number === word.basedOn?.number && basedOn?.issuer.code === word.basedOn?.issuer
}

/** Everything that joins or opens a slip of one person stands in one line. */
export const lockPerson = (tx: Transaction, patient: string): Promise<void> => tx.lockKey(`compose:${patient.split('/').at(-1)}`)

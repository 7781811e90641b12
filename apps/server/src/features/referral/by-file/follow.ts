/**
 * What a file of this facility's HIS means for a referral: the arrival, the death, the outcome. Followed in the transaction
 * that takes the file, and again when a slip comes or moves; the same again changes nothing.
 */

import { type Finding, finding } from '@yba/fhir'
import { slipNumber } from '@yba/vietnam'
import type { Site } from '../../../site.ts'
import type { Transaction } from '../../../store/types.ts'
import { lockThread } from '../find-slip.ts'
import { findingView } from '../finding-view.ts'
import { AHEAD_MS } from '../real-time.ts'
import {
  dueFileOf,
  type FileRow,
  type FileSaid,
  type FileStanding,
  fileOf,
  type Known,
  keepFile,
  lockCitizen,
  lockRecord,
  settleFile,
} from '../tables/files.ts'
import { type Arrived, arriveBeforeSlip } from './arrive.ts'
import { withOtherNumber } from './other-number.ts'
import { dieByFile, type Judged, judgeOutcome } from './outcome.ts'
import { visitOf } from './visit.ts'
import { FILE_AHEAD } from './words.ts'

export interface Followed {
  findings: Finding[]
  /** The slip the patient came with. */
  cameWith?: { issuer: { code: string; name: string }; number: string }
}

/** Days for which a stay without a slip is remembered: with words about where the patient came from, and without. */
const REMEMBERED_DAYS = { slip: 30, none: 3 }
const DAY_MS = 86_400_000

/** Follows a file that was just taken; the caller holds the record's lock (`lockRecord`). */
export async function followFile(site: Site, tx: Transaction, said: FileSaid): Promise<Followed> {
  const known = await fileOf(tx, said.record)
  const looked = await look(site, tx, said, known)
  const { visit, findings } = looked
  const standing = standingOf(looked, tx.now)
  if (visit || known || mayStillCome(said, site.clock.now())) await keepFile(tx, said, standing, tx.now)
  if (standing.due) tx.emit({ kind: 'referral.file-due', thread: said.patient, payload: { record: said.record } })
  return { findings, ...(visit?.here ? { cameWith: { issuer: visit.task.issuer, number: slipNumber(visit.task.number) } } : {}) }
}

/** What is to be sealed now, and the row it was read from. */
export interface Due extends Judged {
  row?: FileRow
  visit?: Arrived
}

/** Looks again at a stay that waited, as it stands once nobody takes it over or back. */
export async function followAgain(site: Site, tx: Transaction, record: string): Promise<Due> {
  await lockRecord(tx, record)
  const row = await dueFileOf(tx, record)
  if (!row) return { next: 'done', findings: [] }
  const looked = await look(site, tx, row.said, row)
  const { visit, judged } = looked
  if (judged.next !== 'seal') await settleFile(tx, row, standingOf(looked, tx.now))
  return { ...judged, row, ...(visit ? { visit } : {}) }
}

interface Look {
  visit: Arrived | null
  judged: Judged
  findings: Finding[]
  /** Looked at again by itself. */
  again?: Date
}

async function look(site: Site, tx: Transaction, said: FileSaid, known: Known | null): Promise<Look> {
  // Before the slip itself may come in: who looks first holds the lock.
  if (said.slip) await lockThread(tx, said.slip)
  if (!known?.task && said.person.citizenId) await lockCitizen(tx, said.person.citizenId)
  const nothing: Judged = { next: 'wait', findings: [] }
  const again = new Date(said.at)
  if (!known?.task && again.getTime() > site.clock.now().getTime() + AHEAD_MS) {
    const findings = said.slip ? [finding(FILE_AHEAD, { number: said.slip.number })] : []
    return { visit: null, judged: nothing, findings, again }
  }
  const found = await visitOf(site, tx, said, known?.task ?? null)
  if (Array.isArray(found)) return { visit: null, judged: nothing, findings: found }
  const came = found ? await withOtherNumber(site, tx, found, known?.did ?? {}, said) : await arriveBeforeSlip(site, tx, said)
  if (!came) return { visit: null, judged: nothing, findings: [] }
  const { visit, findings } = await dieByFile(tx, came, said)
  const judged = await judgeOutcome(site, tx, visit, said)
  return { visit, judged, findings: [...came.findings, ...findings, ...judged.findings] }
}

const standingOf = ({ visit, judged, findings, again }: Look, now: Date): FileStanding => ({
  task: visit?.here ? visit.stored.id : null,
  waiting: judged.next === 'wait',
  due: judged.next === 'seal' ? now : (again ?? null),
  findings: findings.map(findingView),
  ...(visit?.did ? { did: visit.did } : {}),
})

/** Whether a slip for this stay may still be on its way: counted from its end, once it has one. */
export function mayStillCome({ slip, person, at, outcome }: Pick<FileSaid, 'slip' | 'person' | 'at' | 'outcome'>, now: Date): boolean {
  if (!slip && !person.citizenId) return false
  const days = slip ? REMEMBERED_DAYS.slip : REMEMBERED_DAYS.none
  return now.getTime() - Date.parse(outcome?.facts.ended ?? at) < days * DAY_MS
}

/** Before this a stay without a slip is forgotten. */
export const forgottenBefore = (now: Date): Date => new Date(now.getTime() - REMEMBERED_DAYS.slip * DAY_MS)

/**
 * A later file of a stay names another slip than the one its visit belongs to: the HIS has corrected the number. The visit
 * is followed to the slip of that number where the first was told by a file alone and nobody has gone on with it; else a
 * person decides.
 */

import { type Finding, finding } from '@yba/fhir'
import { slipNumber } from '@yba/vietnam'
import type { Site } from '../../../site.ts'
import type { Transaction } from '../../../store/types.ts'
import { IMPORTED } from '../absorb.ts'
import { effectiveState, propose } from '../act.ts'
import { partyHere } from '../acting.ts'
import { isSameNumber } from '../find-slip.ts'
import type { FileDid, FileSaid } from '../tables/files.ts'
import { dropDraft, loadDraft } from '../tables.ts'
import { isShadow, type ReferralTask } from '../task.ts'
import { isWithheld, versionsOf } from '../versions.ts'
import { type Arrived, arriveAt, arriveBeforeSlip } from './arrive.ts'
import { withoutPerson, withoutStay } from './release.ts'
import { type Visit, visitByNumber } from './visit.ts'
import { FILE_OTHER_SLIP, VISIT_MOVED } from './words.ts'

const REASON = 'HIS sửa số giấy chuyển tuyến'

/** The arrival at the visit that was found, or at that of the number the file names now. */
export async function withOtherNumber(site: Site, tx: Transaction, found: Visit, did: FileDid, said: FileSaid): Promise<Arrived> {
  const { slip } = said
  if (found.how !== 'known' || !slip || isNumberOf(found.task, slip)) return arriveAt(site, tx, found, said)
  const named = await visitByNumber(site, tx, said)
  const stays = async (...why: Finding[]): Promise<Arrived> => {
    const here = await arriveAt(site, tx, found, said)
    const told = why.length > 0 ? why : [finding(FILE_OTHER_SLIP, { named: slip.number, number: slipNumber(found.task.number) })]
    return { ...here, findings: [...told, ...here.findings] }
  }
  if (Array.isArray(named)) return stays(...named)
  // A visit of the slip is known by the slip's numbers.
  if (named?.stored.id === found.stored.id) return arriveAt(site, tx, found, said)
  // A number nobody here knows may be another one of the same slip; only a paper slip's visit has nothing but its number.
  if (!named && !isShadow(found.task)) return stays()
  if (!(await isTheFilesAlone(site, tx, found, did))) return stays()
  const came = named ? await arriveAt(site, tx, named, said) : await arriveBeforeSlip(site, tx, said)
  if (!came?.here) return stays()
  await leave(tx, found, said)
  const words = { number: came.task.number, before: slipNumber(found.task.number) }
  return { ...came, findings: [finding(VISIT_MOVED, words), ...came.findings] }
}

const isNumberOf = (task: ReferralTask, slip: NonNullable<FileSaid['slip']>): boolean =>
  task.issuer.code === slip.issuer &&
  [task.number, slipNumber(task.number), ...(task.aliases ?? [])].some((number) => isSameNumber(number, slip.number))

/** The file told the arrival, and nobody has treated, written or answered under the slip since. */
async function isTheFilesAlone(site: Site, tx: Transaction, { stored, task }: Visit, did: FileDid): Promise<boolean> {
  if (!did.arrived || did.replaced) return false
  if ((await effectiveState(tx, task, await partyHere(tx, site, task))) !== 'arrived') return false
  const draft = await loadDraft(tx, stored.id, 'outcome')
  if (draft && !draft.updatedBy.startsWith(IMPORTED)) return false
  return (await versionsOf(tx, task, 'outcome')).every((v) => isWithheld(v.facts))
}

/** The first slip is as before the file; the stay and all that is charted in it stay what they are. */
async function leave(tx: Transaction, { stored: { id }, task }: Visit, said: FileSaid): Promise<void> {
  await dropDraft(tx, id, 'outcome')
  const event = isShadow(task) ? 'left-unseen' : 'undo-arrival'
  await propose(tx, task, said.by, { event, reason: REASON }, tx.now.toISOString())
  await withoutStay(tx, id)
  await withoutPerson(tx, id)
  tx.emit({ kind: 'referral.step', thread: `Task/${id}`, payload: { task: id, event } })
}

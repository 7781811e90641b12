/** An outcome composed from a mistaken record is taken back: a new version under the same number that says so and no more. */
import { readDocument } from '@yba/forms'
import type { OutcomeContent } from '@yba/vietnam'
import { systemCaller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import { freeze } from '../freeze.ts'
import { localDateTime } from '../local-time.ts'
import { dropWithdrawal, dueWithdrawal, postponeWithdrawal, type Withdrawal } from '../tables/files.ts'
import { taskFacts } from '../task.ts'
import { nextVersion, versionsOf } from '../versions.ts'
import { fileSealed, pause } from './seal.ts'

/** Chưa xác định: the paper says nothing of how it went. */
const UNKNOWN_RESULT = '7'

/** Takes back one outcome that is due; gives whether there was one. */
export async function withdrawNext(site: Site): Promise<boolean> {
  const due = await dueWithdrawal(site.store, site.clock.now())
  if (!due) return false
  try {
    await withdraw(site, due)
  } catch (error) {
    await postponeWithdrawal(site.store, due.task, pause(site, due.tries))
    site.log.error({ err: error, task: due.task, tries: due.tries + 1 }, 'an outcome was not taken back')
  }
  return true
}

async function withdraw(site: Site, due: Withdrawal): Promise<void> {
  const store = site.store.as(systemCaller('by-file', site.settings.facility.code))
  const task = taskFacts((await store.read('Task', due.task)).resource())
  const versions = await store.transact((tx) => versionsOf(tx, task, 'outcome'))
  // A version that is being signed goes first; it is looked at again.
  if (versions.some((v) => v.facts.pending && !v.facts.superseded)) throw new Error('another version is being signed')
  const issued = versions.find((v) => !v.facts.pending)
  const before = issued && readDocument((await site.store.blobs.get(issued.facts.digest)).toString('utf8'))
  // Taken back already, or a doctor has corrected it since: what a person signed stands.
  if (before?.kind !== 'outcome' || before.withdrawn !== undefined || before.source === undefined) {
    await store.transact((tx) => dropWithdrawal(tx, due.task))
    return
  }
  const content = emptied(before, due.reason, localDateTime(site.clock.now()))
  const frozen = await freeze(site, content, await nextVersion(site, task, content, `Thu hồi: ${due.reason}`))
  await fileSealed(site, due.task, frozen, { settle: (tx) => dropWithdrawal(tx, due.task) })
}

function emptied(before: OutcomeContent, withdrawn: string, issuedOn: string): OutcomeContent {
  const { ended: _ended, department: _department, ...rest } = before
  return {
    ...rest,
    diagnosisText: '',
    diagnoses: [],
    course: '',
    results: '',
    treatment: '',
    outcome: UNKNOWN_RESULT,
    plan: '',
    medicines: [],
    issuedOn,
    withdrawn,
  }
}

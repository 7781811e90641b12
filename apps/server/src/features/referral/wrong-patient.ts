/**
 * Failure mode F8: the slip was written for the wrong person. Its papers leave that person's chart at every site; nothing is
 * removed: bytes, signatures and the thread stay as evidence, read by the auditor.
 */
import { finding, findingText } from '@yba/fhir'
import type { Transaction } from '../../store/types.ts'
import { documentFacts, documentReference } from '../documents/index.ts'
import type { ThreadState } from '../exchange/contract.ts'
import { raiseAlert } from '../exchange/index.ts'
import { forgetSource } from '../person-index/index.ts'
import { isCharted, undoArrival } from './arrival.ts'
import { WRONG_PATIENT } from './outcomes.ts'
import { openAttention } from './tables/attention.ts'
import type { ReferralTask } from './task.ts'

export const isWrongPatient = (story: ThreadState['history']): boolean => story.some((h) => h.event === 'void' && h.wrongPatient)

/** Takes the papers out of the person's compartment; gives the Task without its person. */
async function hidePapers(tx: Transaction, task: ReferralTask): Promise<ReferralTask> {
  for (const id of [...task.input, ...task.output]) {
    const paper = await tx.read('DocumentReference', id, { lock: true })
    if (!paper) continue
    const { encounter: _encounter, ...facts } = documentFacts(paper.resource())
    const resource = documentReference({ ...facts, patient: { display: facts.patient.display }, enteredInError: true })
    await tx.write([{ kind: 'update', id, ifMatch: paper.versionId, ifChanged: true, resource }])
  }
  const { patient: _patient, encounter: _stay, ...rest } = task
  return rest
}

/** At the hub: nobody finds the papers under that person; a source known by them alone is a source no more. */
export async function hideAtHub(tx: Transaction, task: ReferralTask): Promise<ReferralTask> {
  const source = task.patient?.split('/').at(-1)
  const hidden = await hidePapers(tx, task)
  if (source && (await tx.search('DocumentReference', `subject=Patient/${source}&_count=1`)).entries.length === 0)
    await forgetSource(tx, source)
  return hidden
}

/** At a site: a stay in which nothing is charted is marked as mistaken; one with data waits for a person. */
export async function hideHere(tx: Transaction, task: ReferralTask): Promise<ReferralTask> {
  const charted = task.encounter ? await isCharted(tx, task) : false
  if (task.encounter && !charted) await undoArrival(tx, task)
  const hidden = await hidePapers(tx, task)
  return charted && task.encounter ? { ...hidden, encounter: task.encounter } : hidden
}

/** The receiver's people are told, whatever they had done with the slip. */
export async function tellWrongPatient(tx: Transaction, state: ThreadState): Promise<void> {
  const { issuer, number } = state.thread
  const { code, vi, en, cure } = findingText(finding(WRONG_PATIENT, { number }))
  const body = { code, vi, en, cure, hubState: state.state }
  const subject = `wrong-patient:${issuer}|${number}`
  if (!(await openAttention(tx, { kind: 'wrong-patient', subject, issuer, number, event: 'void', body }, tx.now))) return
  const alert = {
    kind: 'slip-wrong-patient',
    subject: `${issuer}|${number}`,
    severity: 'warning',
    role: 'referral-desk',
    vi,
    en,
    cure,
  } as const
  await raiseAlert(tx, alert, tx.now)
}

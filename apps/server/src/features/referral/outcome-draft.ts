/** The answer to a slip, composed once: for the doctor who writes it, and for the record of the HIS that already says it. */
import { readDocument } from '@yba/forms'
import type { OutcomeContent, PaperSigner, ReferralContent } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { partyHere } from './acting.ts'
import { localDateTime } from './local-time.ts'
import { loadHistory } from './tables.ts'
import type { ReferralTask } from './task.ts'
import { newest, versionsOf } from './versions.ts'

/**
 * The answer to the slip of a Task as far as slip and story tell it; null where the slip is not there, or is not ours to
 * answer.
 * @param arrived when the patient came, where the story does not tell it yet
 */
export async function composeOutcome(
  site: Site,
  tx: Transaction,
  task: ReferralTask,
  doctor: PaperSigner,
  arrived?: string,
): Promise<OutcomeContent | null> {
  const slip = newest(await versionsOf(tx, task, 'referral'))?.facts
  const content = slip ? readDocument((await site.store.blobs.get(slip.digest)).toString('utf8')) : null
  if (!slip || content?.kind !== 'referral' || task.to.code !== (await partyHere(tx, site, task))) return null
  const history = await loadHistory(tx, { issuer: task.issuer.code, number: task.number })
  const came = arrived ?? history.find((h) => h.event === 'arrive')?.occurredAt ?? localDateTime(tx.now)
  // A later visit with the same slip is answered by a paper of its own number.
  return { ...answerTo(site, content, slip.digest, came, tx.now, doctor), number: `PH-${task.issuer.code}-${task.number}` }
}

function answerTo(site: Site, slip: ReferralContent, digest: string, arrived: string, now: Date, doctor: PaperSigner): OutcomeContent {
  const facility = site.settings.facility
  return {
    kind: 'outcome',
    number: '',
    from: { code: facility.code, name: facility.name },
    managingBody: facility.managingBody,
    to: slip.from,
    answers: { issuer: slip.from, number: slip.numbers.slip, digest },
    patient: slip.patient,
    arrived,
    diagnosisText: slip.diagnosisText,
    diagnoses: slip.diagnoses,
    course: '',
    results: '',
    treatment: '',
    outcome: '',
    plan: '',
    medicines: [],
    doctor,
    issuedOn: localDateTime(now),
  }
}

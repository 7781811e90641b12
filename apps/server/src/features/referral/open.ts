/** A referral from a paper the HIS has already written (XML13): it lies complete in the tray, nothing typed again. */
import { type Finding, finding } from '@yba/fhir'
import { type ReferralContent, referralGaps, type SummaryContent } from '@yba/vietnam'
import type { Transaction } from '../../store/types.ts'
import { facilityName } from '../directory/index.ts'
import { absorb, IMPORTED, isFrozen } from './absorb.ts'
import { fileAddresseeFaults } from './addressee.ts'
import { fillBlanks } from './fill.ts'
import { findSlip } from './find-slip.ts'
import { departureFaults } from './gaps.ts'
import { isCancelled, type Joined, joinOf, lockPerson } from './join.ts'
import { SLIP_WITHDRAWN, STAY_JOINED } from './join-outcomes.ts'
import { endOtherStay, isOfOtherStay, tellOtherStay } from './other-stay.ts'
import { summaryNumberFaults } from './summary-number.ts'
import { lastProposed, noteProposed } from './tables/revisions.ts'
import { noteWithdrawn } from './tables/withdrawn.ts'
import { appendHistory, loadDraft, saveDraft } from './tables.ts'
import { type ReferralTask, taskFacts, taskFromContent, taskResource } from './task.ts'
import { STATES } from './transitions.ts'

export interface OpenedReferral {
  id: string
  number: string
  findings: Finding[]
  /** created, the draft changed, nothing new, a paper that is signed or was worked on here stays as it is, or is another stay's. */
  result: 'created' | 'updated' | 'unchanged' | 'kept' | 'other-stay'
}

export interface Origin {
  /** References of the local patient and encounter. */
  patient: string
  encounter?: string
  summary?: SummaryContent
  /** Cơ quan chủ quản, printed in the header; the claim file does not hold it. */
  managingBody?: string
  /** The slip the patient came here with: this one sends them back, or on. */
  cameWith?: NonNullable<ReferralContent['basedOn']>
  /** Caller id and display for the story. */
  by: { id: string; display: string }
}

/** The referral of a paper of this stay that was taken over before, or undefined. */
export async function findReferral(
  tx: Transaction,
  paper: ReferralContent,
  encounter: string,
): Promise<{ id: string; number: string } | undefined> {
  const known = await findSlip(tx, paper.from.code, paper.numbers.slip)
  const task = known && taskFacts(known.resource())
  return known && task && !(await isOfOtherStay(tx, task, encounter)) ? { id: known.id, number: task.number } : undefined
}

/** Opens the referral of a slip of the HIS, or joins it to the one that is there (`join.ts`). Idempotent. */
export async function openReferral(tx: Transaction, paper: ReferralContent, origin: Origin): Promise<OpenedReferral> {
  const content = await named(tx, { ...headed(paper, origin), ...(origin.cameWith ? { basedOn: origin.cameWith } : {}) })
  const findings = [...referralGaps(content), ...departureFaults(content, tx.now), ...(await fileAddresseeFaults(tx, content))]
  if (origin.summary) findings.push(...(await summaryNumberFaults(tx, origin.summary, origin.patient)))
  const papers = [content, ...(origin.summary ? [headed(origin.summary, origin)] : [])]
  const { patient, encounter } = origin
  await lockPerson(tx, patient)
  const joined = await joinOf(tx, {
    issuer: content.from.code,
    number: content.numbers.slip,
    patient,
    ...(encounter ? { encounter } : {}),
    to: content.to.code,
    day: content.departure.slice(0, 10),
  })
  if (joined?.by === 'number' && joined.task.patient === patient && (await isOfOtherStay(tx, joined.task, encounter))) {
    const { number } = joined.task
    return { id: joined.stored.id, number, findings: [await tellOtherStay(tx, number, content.encounter.id)], result: 'other-stay' }
  }
  await endOtherStay(tx, content.encounter.id)
  if (joined) {
    const said = await absorb(tx, joined, { papers, patient, ...(encounter ? { encounter } : {}), by: origin.by.id })
    return { id: joined.stored.id, number: joined.task.number, findings: [...findings, ...said.findings], result: said.result }
  }
  const complete = !findings.some((f) => f.definition.severity === 'error')
  const state = complete ? 'to-sign' : 'draft'
  const facts = { ...taskFromContent(content, state, tx.now.toISOString()), patient, ...(encounter ? { encounter } : {}) }
  const [task] = await tx.write([{ kind: 'create', resource: taskResource(facts) }])
  if (!task) throw new Error('the store answered no task')
  for (const one of papers) {
    await saveDraft(tx, task.id, one, 0, IMPORTED + origin.by.id, tx.now)
    await noteProposed(tx, task.id, one, IMPORTED + origin.by.id, tx.now)
  }
  await appendHistory(tx, { issuer: content.from.code, number: content.numbers.slip }, 'local', {
    event: 'submit',
    state,
    occurredAt: tx.now.toISOString(),
    recordedAt: tx.now.toISOString(),
    by: origin.by.display,
    facility: content.from.code,
  })
  tx.emit({
    kind: 'referral.opened',
    thread: `Task/${task.id}`,
    patient: patient.split('/').at(-1) ?? '',
    payload: { task: task.id, state },
  })
  return { id: task.id, number: content.numbers.slip, findings, result: 'created' }
}

const headed = <T extends ReferralContent | SummaryContent>(paper: T, origin: Origin): T =>
  origin.managingBody ? { ...paper, managingBody: origin.managingBody } : paper

/** Facilities are printed with the names of the directory; the claim file holds codes only. */
async function named(tx: Transaction, paper: ReferralContent): Promise<ReferralContent> {
  return {
    ...paper,
    from: { code: paper.from.code, name: paper.from.name || (await facilityName(tx, paper.from.code)) },
    to: { code: paper.to.code, name: (await facilityName(tx, paper.to.code)) || paper.to.name },
  }
}

const MOST = 50

/** Slips of this person that were issued here, the newest first. */
async function slipsOf(tx: Transaction, patient: string, issuer: string): Promise<Omit<Joined, 'by'>[]> {
  const page = await tx.search('Task', `patient=${patient}&_sort=-_lastUpdated&_count=${MOST}`)
  return page.entries
    .map((stored) => ({ stored, task: taskFacts(stored.resource()) }))
    .filter(({ task }) => task.issuer.code === issuer && !task.partOf && !isCancelled(task.state))
}

export interface KnownStay {
  patient: string
  encounter: string
  issuer: string
  maLk: string
  /** FHIR, as exact as it is known. */
  admitted: string
  ended?: string
}

/** A check-in or record opens the stay of a person whose slip was written before: the one slip without a stay gets it. */
export async function tieStay(tx: Transaction, stay: KnownStay): Promise<Finding[]> {
  const day = stay.admitted.slice(0, 10)
  const until = stay.ended?.slice(0, 10) ?? '9999'
  const within = (task: ReferralTask): boolean => {
    const left = (task.departure ?? task.authoredOn).slice(0, 10)
    return day <= left && left <= until
  }
  const free = (await slipsOf(tx, stay.patient, stay.issuer)).filter(({ task }) => !task.encounter && within(task))
  const [one, ...others] = free
  if (!one || others.length > 0) return []
  const stored = await tx.read('Task', one.stored.id, { lock: true })
  if (!stored) return []
  const task = taskFacts(stored.resource())
  const draft = await loadDraft(tx, stored.id, 'referral')
  const mine = draft?.content
  if (draft && mine?.kind === 'referral' && !(await isFrozen(tx, stored.id, task))) {
    const known = { ...mine, encounter: { id: stay.maLk, admitted: stay.admitted } }
    await saveDraft(tx, stored.id, fillBlanks(mine, known), draft.version, draft.updatedBy, tx.now)
  }
  const resource = taskResource({ ...task, encounter: stay.encounter })
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, resource }])
  return [finding(STAY_JOINED, { number: task.number, maLk: stay.maLk })]
}

/** The record of a stay comes again without its slip: told to a person, who takes the slip back or keeps it. */
export async function withdrawnByFile(
  tx: Transaction,
  stay: Pick<KnownStay, 'patient' | 'encounter' | 'issuer' | 'maLk'>,
  by: string,
): Promise<Finding[]> {
  const found: Finding[] = []
  await endOtherStay(tx, stay.maLk)
  for (const { stored, task } of await slipsOf(tx, stay.patient, stay.issuer)) {
    if (task.encounter !== stay.encounter || STATES[task.state].terminal) continue
    // A slip the HIS has never named is not the HIS's to take back.
    if (!(await lastProposed(tx, stored.id, 'referral'))) continue
    await noteWithdrawn(tx, stored.id, IMPORTED + by, tx.now)
    found.push(finding(SLIP_WITHDRAWN, { number: task.number, state: STATES[task.state].vi, stateEn: STATES[task.state].en }))
  }
  return found
}

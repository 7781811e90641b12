/**
 * A mistaken file is taken back: what it did to referrals is undone where the table of transitions allows it, an outcome that
 * has left is withdrawn by a new version, and what people did stands. The chart's lines are the importer's to mark.
 */
import { type Finding, finding } from '@yba/fhir'
import { readDocument } from '@yba/forms'
import type { Encounter } from 'fhir/r4.d.ts'
import type { Caller } from '../../../access/caller.ts'
import type { Site } from '../../../site.ts'
import type { FhirResource, Stored, Transaction } from '../../../store/types.ts'
import { IMPORTED, isFrozen } from '../absorb.ts'
import { effectiveState, takeStep } from '../act.ts'
import { partyHere } from '../acting.ts'
import { isCharted } from '../arrival.ts'
import { asTheFile, namesOf } from '../fill.ts'
import { isCancelled } from '../join.ts'
import { endOtherStay } from '../other-stay.ts'
import { withhold } from '../send-back.ts'
import { clearFile, type FileDid, fileOf, putWithdrawal } from '../tables/files.ts'
import { lastProposed, settleProposal } from '../tables/revisions.ts'
import { dropDraft, loadDraft, moveHistory } from '../tables.ts'
import { isShadow, type ReferralTask, taskFacts } from '../task.ts'
import { type ReferralEvent, STATES, transition } from '../transitions.ts'
import { newest, versionsOf } from '../versions.ts'
import { putTask, withoutPerson, withoutStay } from './release.ts'
import {
  ARRIVAL_UNDONE,
  CHARTED_BY_PEOPLE,
  OUTCOME_WITHDRAWN,
  OWN_SLIP_FREED,
  OWN_SLIP_SIGNED,
  REFERRAL_STAYS,
  SLIP_UNDONE,
} from './words.ts'

export interface Undoing {
  record: string
  /** The stay the file opened; its lines are marked already. */
  encounter: string
  reason: string
  /** It was written of another person: its papers leave this person's chart. */
  wrongPatient: boolean
}

/** Takes back what following a file did; the caller holds the record's lock (`lockRecord`). Gives what was done and what a person must decide. */
export async function undoFile(site: Site, tx: Transaction, caller: Caller, undoing: Undoing): Promise<Finding[]> {
  const row = await fileOf(tx, undoing.record)
  const arrival = row?.task ? await takeBackVisit(site, tx, caller, { task: row.task, did: row.did }, undoing) : []
  const slips = await takeBackSlips(site, tx, caller, undoing)
  // Last: whoever has a slip in hand takes it before the rows of files.
  await clearFile(tx, undoing.record)
  await endOtherStay(tx, undoing.record)
  return [...arrival, ...slips]
}

async function takeBackVisit(
  site: Site,
  tx: Transaction,
  caller: Caller,
  { task: id, did }: { task: string; did: FileDid },
  undoing: Undoing,
): Promise<Finding[]> {
  const stored = await tx.read('Task', id, { lock: true })
  const task = stored && taskFacts(stored.resource())
  if (!stored || !task) return []
  const { number } = task
  const findings = await takeBackOutcome(tx, id, task, undoing, caller)
  // The visit has a stay of its own, in which people wrote.
  if (task.encounter !== undoing.encounter) return findings
  const state = await effectiveState(tx, task, await partyHere(tx, site, task))
  const step = (event: ReferralEvent) => takeStep(site, tx, id, caller, { event, reason: undoing.reason }, tx.now.toISOString())
  if (did.replaced) {
    await reopen(tx, did.replaced)
    await putTask(tx, id, { ...task, encounter: did.replaced.stay })
  } else if (await isCharted(tx, task)) findings.push(finding(CHARTED_BY_PEOPLE, { number }))
  else if (findings.length === 0 && did.arrived && state === 'arrived') {
    await step(isShadow(task) ? 'left-unseen' : 'undo-arrival')
    await withoutStay(tx, id)
    await withoutPerson(tx, id)
    findings.push(finding(ARRIVAL_UNDONE, { number }))
  } else {
    await withoutStay(tx, id)
    if (did.arrived && undoing.wrongPatient) await withoutPerson(tx, id)
    findings.push(finding(REFERRAL_STAYS, { number, state: STATES[state].vi, stateEn: STATES[state].en }))
  }
  return findings
}

/** What is being sealed is withheld; what has left is withdrawn by the worker, which can set a page. */
async function takeBackOutcome(tx: Transaction, id: string, task: ReferralTask, undoing: Undoing, caller: Caller): Promise<Finding[]> {
  const draft = await loadDraft(tx, id, 'outcome')
  if (draft?.updatedBy.startsWith(IMPORTED)) await dropDraft(tx, id, 'outcome')
  const mine = (await versionsOf(tx, task, 'outcome')).filter((v) => v.facts.source?.endsWith(`:${encodeURIComponent(undoing.record)}`))
  if (mine.some((v) => v.facts.pending && !v.facts.superseded)) await withhold(tx, task, id, 'outcome')
  if (!mine.some((v) => !v.facts.pending && !v.facts.superseded)) return []
  await putWithdrawal(tx, { task: id, reason: undoing.reason, by: caller.display }, tx.now)
  tx.emit({ kind: 'referral.file-due', thread: `Task/${id}`, payload: {} })
  return [finding(OUTCOME_WITHDRAWN, { number: task.number })]
}

/** The stay somebody had opened on screen goes on. */
async function reopen(tx: Transaction, { stay, status }: NonNullable<FileDid['replaced']>): Promise<void> {
  const stored = await tx.read('Encounter', stay.split('/').at(-1) ?? '', { lock: true })
  if (!stored) return
  const resource = { ...(stored.resource() as unknown as Encounter), status } as unknown as FhirResource
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, resource }])
}

const MOST_SLIPS = 20

/** Slips the file's own XML13 opened: taken back while nobody came with them, else the other facility is asked. */
async function takeBackSlips(site: Site, tx: Transaction, caller: Caller, undoing: Undoing): Promise<Finding[]> {
  const page = await tx.search('Task', `encounter=${undoing.encounter}&_count=${MOST_SLIPS}`)
  const findings: Finding[] = []
  for (const found of page.entries) {
    const task = taskFacts(found.resource())
    if ((await partyHere(tx, site, task)) !== task.issuer.code) continue
    const mine = !(await isOfFile(site, tx, found, task))
    findings.push(...(mine ? await freeSlip(site, tx, caller, found) : await takeBackSlip(site, tx, caller, found.id, task, undoing)))
  }
  return findings
}

/** A slip a doctor began here is the doctor's, whatever file joined it. */
async function isOfFile(site: Site, tx: Transaction, stored: Stored, task: ReferralTask): Promise<boolean> {
  const content = (await signedSlip(site, tx, task)) ?? (await loadDraft(tx, stored.id, 'referral'))?.content
  return content?.kind === 'referral' && content.numbers.source === 'his'
}

/** The doctor's own slip: the mistaken stay, the HIS's number and its open words leave it, so that the right file joins it. */
async function freeSlip(site: Site, tx: Transaction, caller: Caller, found: Stored): Promise<Finding[]> {
  const stored = await tx.read('Task', found.id, { lock: true })
  if (!stored) return []
  const { encounter: _encounter, aliases: _aliases, ...rest } = taskFacts(stored.resource())
  if (isCancelled(rest.state)) return []
  const said = (await lastProposed(tx, stored.id, 'referral'))?.content
  const mine = (await loadDraft(tx, stored.id, 'referral'))?.content ?? (await signedSlip(site, tx, rest))
  await settleProposal(tx, stored.id, 'referral', 'overtaken', caller.id, tx.now)
  const same = said?.kind === 'referral' && mine?.kind === 'referral' ? asTheFile(mine, said) : []
  const told = { number: rest.number, ...namesOf(same) }
  if (await isFrozen(tx, stored.id, rest)) return [finding(OWN_SLIP_SIGNED, told)]
  await putTask(tx, stored.id, rest)
  return [finding(OWN_SLIP_FREED, told)]
}

async function signedSlip(site: Site, tx: Transaction, task: ReferralTask): Promise<ReturnType<typeof readDocument> | undefined> {
  const frozen = newest(await versionsOf(tx, task, 'referral'))
  return frozen && readDocument((await site.store.blobs.get(frozen.facts.digest)).toString('utf8'))
}

async function takeBackSlip(
  site: Site,
  tx: Transaction,
  caller: Caller,
  id: string,
  task: ReferralTask,
  { reason, wrongPatient }: Undoing,
): Promise<Finding[]> {
  const { number } = task
  const state = await effectiveState(tx, task, task.issuer.code)
  const at = tx.now.toISOString()
  const says = (what: string, whatEn: string) => [finding(SLIP_UNDONE, { number, what, whatEn })]
  if (transition(state, 'void', 'sender')?.guard === 'reason') {
    await takeStep(site, tx, id, caller, { event: 'void', reason, wrongPatient }, at)
    if (await neverFrozen(tx, id)) await freeNumber(tx, id)
    return says('đã vô hiệu', 'made void')
  }
  if (!transition(state, 'ask-void', 'sender')) return []
  await takeStep(site, tx, id, caller, { event: 'ask-void', reason }, at)
  return says('người bệnh đã đến nơi nhận, đã đề nghị vô hiệu', 'the patient has come there; voiding was asked for')
}

async function neverFrozen(tx: Transaction, id: string): Promise<boolean> {
  const stored = await tx.read('Task', id)
  const task = stored && taskFacts(stored.resource())
  return task?.state === 'void' && task.input.length === 0
}

/** A number nobody has signed is free again: the right file may come with it. */
async function freeNumber(tx: Transaction, id: string): Promise<void> {
  const stored = await tx.read('Task', id, { lock: true })
  if (!stored) return
  const { aliases: _aliases, ...task } = taskFacts(stored.resource())
  const number = `${task.number} (hủy ${id.slice(-6)})`
  await moveHistory(tx, task.issuer.code, task.number, number, 'local')
  await putTask(tx, id, { ...task, number })
}

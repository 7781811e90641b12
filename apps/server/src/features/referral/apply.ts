/**
 * The hub's word arrives at a node: papers are fetched and filed, the replica moves, and the machine's own answers
 * (delivered, outcome filed) go back. Idempotent: the same state twice changes nothing.
 */
import { createHash, randomUUID } from 'node:crypto'
import { finding, findingText } from '@yba/fhir'
import { readDocument } from '@yba/forms'
import type { ReferralContent } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Stored, Transaction } from '../../store/types.ts'
import { issuerName } from '../directory/index.ts'
import type { CarriedDocument, ThreadKey, ThreadState, TransitionMessage } from '../exchange/contract.ts'
import { enqueue, type HubClient, raiseAlert, wasProposed } from '../exchange/index.ts'
import { asksForAnswer } from './acceptance/due.ts'
import { effectiveState } from './act.ts'
import { partyHere } from './acting.ts'
import { slipThread } from './child.ts'
import { closeWhenEqual } from './compared.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { tellDeclined } from './declined.ts'
import { filePapers } from './filed-papers.ts'
import { findSlip, lockThread } from './find-slip.ts'
import { holdFirstThread } from './moved-outcome.ts'
import { takeOverFiles, withNumbersHere } from './numbers.ts'
import { NUMBER_CLASH, SLIP_ELSEWHERE } from './outcomes.ts'
import { samePerson } from './same-person.ts'
import { sentBackFromOutside } from './send-back.ts'
import { spelledHere } from './spelled.ts'
import { openAttention } from './tables/attention.ts'
import { lockCitizen, wakeFiles } from './tables/files.ts'
import { openRevisionOf } from './tables/revisions.ts'
import { clearRead, dropCopy, dropDraft, hubVersion, loadHistory, mergeHistory, moveDraft, replaceHistory } from './tables.ts'
import { isShadow, personOf, type ReferralTask, taskFacts, taskIdentifierSystem, taskResource, validityOf } from './task.ts'
import { type ReferralEvent, transition } from './transitions.ts'
import { type IssuedKind, versionsOf } from './versions.ts'
import { keepVoid } from './void-here.ts'
import { hideHere, isWrongPatient, tellWrongPatient } from './wrong-patient.ts'

const parties = (state: ThreadState) => ({ issuer: { code: state.from }, to: { code: state.to } })

/** What was applied last of each thread: the answer to our own message is told again by the feed, often by both lanes. */
const applied = new WeakMap<Site, Map<string, string>>()
const MOST_REMEMBERED = 2000

/** Applies one thread's state at this site. `hub` fetches the papers this site does not hold yet. */
export async function applyThread(site: Site, hub: HubClient, state: ThreadState, how: { replace?: boolean } = {}): Promise<void> {
  const known = applied.get(site) ?? new Map<string, string>()
  applied.set(site, known)
  const name = `${state.thread.issuer}|${state.thread.number}`
  const digest = createHash('sha256').update(JSON.stringify(state)).digest('base64')
  if (!how.replace && known.get(name) === digest) return
  // While it is being applied nothing is known: what fails half-way is applied again.
  known.delete(name)
  await applyFresh(site, hub, state, how)
  const [oldest] = known.keys()
  if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest)
  known.set(name, digest)
}

async function applyFresh(site: Site, hub: HubClient, state: ThreadState, how: { replace?: boolean }): Promise<void> {
  const urgent = state.priority === 'stat'
  await Promise.all(state.documents.map((document) => fetchBlobs(site, hub, document, urgent)))
  const caller = systemCaller('exchange', site.settings.facility.code)
  await site.store.as(caller).transact(async (tx) => {
    await holdFirstThread(tx, state)
    // Asked in one breath, answered in this order: who looks holds the lock.
    const locked = lockThread(tx, state.thread)
    const looking = tx.findByIdentifier('Task', taskIdentifierSystem(state.thread.issuer), state.thread.number, { lock: true })
    const [, own] = await Promise.all([locked, looking])
    const shadow = own ? null : await waitingFor(site, tx, state)
    const stored = own ?? shadow?.stored ?? null
    const before = shadow?.task ?? (stored ? taskFacts(stored.resource()) : await newReplica(site, tx, state))
    if (stored && isShadow(before)) await mustFit(site, state, before)
    if (shadow && state.shadow) await slipElsewhere(site, tx, state)
    const known = stored ? await hubVersion(tx, state.thread) : 0
    // An older word than the one this site has: the feed may repeat itself.
    if (known > state.version && !how.replace) return
    const numbered = await withNumbersHere(tx, state, await partyHere(tx, site, parties(state)), before)
    const filed = await filePapers(site, tx, state, numbered.task)
    await (how.replace ? replaceHistory : mergeHistory)(tx, state.thread, state.history)
    await closeWhenEqual(tx, state)
    const facts = await slipFacts(site, state, before)
    let next: ReferralTask = {
      ...numbered.task,
      ...facts,
      ...(await corrected(site, tx, state, before, filed.lists)),
      state: state.state,
      ...filed.lists,
    }
    if (isWrongPatient(state.history)) next = await hideHere(tx, next)
    next = await keepVoid(tx, state, before, next)
    await tellOthers(tx, state, site.settings.facility.code)
    const [task] = await tx.write([
      stored
        ? { kind: 'update', id: stored.id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(next) }
        : { kind: 'create', resource: taskResource(next) },
    ])
    if (!task) throw new Error('the store answered no task')
    if (stored) await afterCorrection(tx, task.id, before, next)
    await takeOverFiles(tx, task.id, next, numbered.shadows)
    const more = before.input.length !== next.input.length || before.aliases?.length !== next.aliases?.length
    await wake(tx, state, stored === null || before.state !== next.state || more, { id: task.id, next })
    for (const entry of state.history.slice(known)) await otherSide(site, tx, state, { id: task.id, task: next }, entry)
    await answerByItself(site, tx, state, next, filed.newOutcome)
    if (!stored && state.partOf && next.encounter) await takeOverOutcome(tx, state.partOf, task.id)
    const ended = before.state !== 'completed' && state.state === 'completed'
    if (ended && !(await openRevisionOf(tx, task.id, 'outcome'))) await dropDraft(tx, task.id, 'outcome')
    const due = asksForAnswer(stored && before, next)
    tx.emit({ kind: 'referral.changed', thread: `Task/${task.id}`, payload: { task: task.id, state: next.state, due } })
  })
}

/** A slip came or moved: what files of our HIS said before may hang on it. */
async function wake(tx: Transaction, state: ThreadState, moved: boolean, { id, next }: { id: string; next: ReferralTask }): Promise<void> {
  if (!moved || next.issuer.code === state.to) return
  const { issuer, number } = slipThread(state.thread)
  const citizen = next.person.citizenId
  // A file that looks for its slip in this moment is kept first, or finds it. Asked in one breath, answered in this order.
  const locked = citizen ? lockCitizen(tx, citizen) : Promise.resolve()
  const waking = wakeFiles(tx, { task: id, issuer, numbers: [number, ...(next.aliases ?? [])], citizen }, tx.now)
  const [, woken] = await Promise.all([locked, waking])
  if (woken === 0) return
  tx.emit({ kind: 'referral.file-due', thread: `Task/${id}`, payload: {} })
}

/** What a desk here opened before this thread was known: its slip's first visit, or one typed in another spelling. */
async function waitingFor(site: Site, tx: Transaction, state: ThreadState): Promise<{ stored: Stored; task: ReferralTask } | null> {
  const here = await partyHere(tx, site, parties(state))
  const visit = await shadowOf(tx, state, here)
  if (visit || state.partOf || state.to !== here || state.shadow) return visit
  const content = await slipContent(site, state)
  const stored = content && (await spelledHere(tx, state.thread, here, content.patient))
  return stored && { stored, task: taskFacts(stored.resource()) }
}

/** Whether both tell of one act; when the hub wrote it down may differ after a restore. */
const isSameEntry = (a: ReferralHistoryEntry, b: ReferralHistoryEntry | undefined): boolean =>
  a.event === b?.event && a.occurredAt === b.occurredAt && a.facility === b.facility

/** What a desk here opened for a paper slip is, as the hub now knows, a visit under somebody else's slip: it takes its number. */
async function shadowOf(tx: Transaction, state: ThreadState, here: string): Promise<{ stored: Stored; task: ReferralTask } | null> {
  const { partOf, thread, use } = state
  if (!partOf || state.to !== here || state.history[0]?.event !== 'arrive') return null
  const stored = await findSlip(tx, partOf.issuer, partOf.number, { lock: true, ...(state.shadow ? { person: state.shadow.person } : {}) })
  const known = stored && taskFacts(stored.resource())
  if (!stored || !known || !isShadow(known) || known.to.code !== here) return null
  // The hub knows that visit as a thread of its own, and this is another arrival of the patient: a visit beside it.
  const [begun] = await loadHistory(tx, { issuer: partOf.issuer, number: known.number }, 'hub')
  if (begun && !isSameEntry(begun, state.history[0])) return null
  const { aliases: _spellings, ...task } = known
  await dropCopy(tx, { issuer: partOf.issuer, number: task.number })
  return { stored, task: { ...task, number: thread.number, partOf, ...(use ? { use } : {}) } }
}

/** What the other side did that somebody here must know of. */
async function tellOthers(tx: Transaction, state: ThreadState, here: string): Promise<void> {
  if (state.to !== here) return
  if (isWrongPatient(state.history)) await tellWrongPatient(tx, state)
  const { issuer, number } = state.thread
  for (const clash of state.clashes ?? []) {
    const { code, vi, en, cure } = findingText(finding(NUMBER_CLASH, { number: clash.number, version: clash.version }))
    const body = { code, vi, en, cure, recordedAt: clash.at, hubState: state.state }
    const subject = `number-clash:${issuer}|${number}|${clash.number}|${clash.version}`
    if (!(await openAttention(tx, { kind: 'number-clash', subject, issuer, number, event: 'send', body }, tx.now))) continue
    const alert = {
      kind: 'number-clash',
      subject: `${issuer}|${number}`,
      severity: 'warning',
      role: 'referral-desk',
      vi,
      en,
      cure,
    } as const
    await raiseAlert(tx, alert, tx.now)
  }
}

/** Another person's slip never joins a stay: it waits until the hub has given the stay a thread of its own. */
async function mustFit(site: Site, state: ThreadState, before: ReferralTask): Promise<void> {
  const content = await slipContent(site, state)
  if (content && !samePerson(before.person, content.patient)) throw new Error('a slip of another person than the one at the desk')
}

/** The desk must know: the number is that of another person's or facility's slip. */
async function slipElsewhere(site: Site, tx: Transaction, state: ThreadState): Promise<void> {
  const { issuer, number } = state.thread
  const { code, vi, en, cure } = findingText(finding(SLIP_ELSEWHERE, { number: slipThread(state.thread).number }))
  const body = { code, vi, en, cure, hubState: state.state }
  const subject = `other-person:${issuer}|${number}`
  if (!(await openAttention(tx, { kind: 'other-person', subject, issuer, number, event: 'arrive', body }, tx.now))) return
  await raiseAlert(
    tx,
    { kind: 'slip-elsewhere', subject: `${issuer}|${number}`, severity: 'warning', role: 'reception', vi, en, cure },
    tx.now,
  )
  site.log.warn({ thread: state.thread }, 'a paper slip belongs to another referral')
}

/** Blobs first, each checked against its name; the store refuses bytes that do not match. */
async function fetchBlobs(site: Site, hub: HubClient, document: CarriedDocument, urgent: boolean): Promise<void> {
  for (const digest of [document.digest, document.pdf]) {
    if (!digest || (await site.store.blobs.has(digest, { recent: true }))) continue
    const bytes = await hub.bytes(`/fhir/$document?sha256=${digest}`, { urgent })
    const actual = createHash('sha256').update(bytes).digest('hex')
    if (actual !== digest) throw new Error(`bytes of ${digest} arrived damaged`)
    await site.store.blobs.put(bytes)
  }
}

/** The newest version of the slip. */
const slipOf = (state: ThreadState): CarriedDocument | undefined =>
  state.documents.filter((d) => d.kind === 'referral').toSorted((a, b) => b.version - a.version)[0]

/** The slip's content among the thread's papers; null while a paper slip waits for its message. */
async function slipContent(site: Site, state: ThreadState): Promise<ReferralContent | null> {
  const slip = slipOf(state)
  const content = slip ? readDocument((await site.store.blobs.get(slip.digest, { recent: true })).toString('utf8')) : null
  if (content?.kind !== 'referral' && !state.shadow) throw new Error('a referral without its slip')
  return content?.kind === 'referral' ? content : null
}

async function newReplica(site: Site, tx: Transaction, state: ThreadState): Promise<ReferralTask> {
  const [content, from, to] = await Promise.all([slipContent(site, state), issuerName(tx, state.from), issuerName(tx, state.to)])
  const shadow = state.shadow?.person
  return {
    issuer: { code: state.from, name: from || content?.from.name || state.from },
    number: state.thread.number,
    to: { code: state.to, name: to || content?.to.name || state.to },
    state: state.state,
    person: content ? personOf(content.patient) : { mrn: '', name: '', birthDate: '', sex: '3', ...shadow },
    diagnosis: content?.diagnosisText ?? '',
    ...(content ? { departure: content.departure } : {}),
    ...(state.priority === 'stat' ? { stat: true } : {}),
    authoredOn: state.history[0]?.recordedAt ?? tx.now.toISOString(),
    input: [],
    output: [],
    ...(content && !state.partOf ? { validity: slipValidity(state, content) } : {}),
    ...(state.use ? { use: state.use } : {}),
    ...(state.partOf ? { partOf: state.partOf, ...(await firstVisit(tx, state)) } : {}),
  }
}

function slipValidity(state: ThreadState, content: ReferralContent): ReferralTask['validity'] {
  const slip = slipOf(state)
  return slip && validityOf(content, slip, state.history[0]?.recordedAt ?? content.departure)
}

/** A visit that this site registered on the slip's first thread goes on in the child: same person, same stay. */
async function firstVisit(tx: Transaction, state: ThreadState): Promise<Pick<ReferralTask, 'patient' | 'encounter'>> {
  const parent = state.partOf
  const stored = parent ? await tx.findByIdentifier('Task', taskIdentifierSystem(parent.issuer), parent.number) : null
  const task = stored ? taskFacts(stored.resource()) : null
  // Another person came with this number: nothing here says who that is.
  if (!task || (state.shadow && !samePerson(task.person, state.shadow.person))) return {}
  const stay = state.history[0]?.event === 'arrive' && task.encounter ? { encounter: task.encounter } : {}
  return { ...(task.patient ? { patient: task.patient } : {}), ...stay }
}

/** The slip of a patient who came first with the paper: now it says who and why. */
async function slipFacts(site: Site, state: ThreadState, before: ReferralTask): Promise<Partial<ReferralTask>> {
  const late = isShadow(before) && !before.diagnosis && !state.shadow
  // The sender's own Task learns from the sealed paper until when it holds.
  if (!late && (before.validity || state.partOf || state.shadow)) return {}
  const content = await slipContent(site, state)
  if (!content) return {}
  const validity = state.partOf ? undefined : slipValidity(state, content)
  if (!late) return validity ? { validity } : {}
  return {
    ...(validity ? { validity } : {}),
    person: personOf(content.patient),
    diagnosis: content.diagnosisText,
    departure: content.departure,
    stat: state.priority === 'stat',
  }
}

/** What newer versions of the papers say of the referral: how often they were corrected, and the slip's new words. */
async function corrected(
  site: Site,
  tx: Transaction,
  state: ThreadState,
  before: ReferralTask,
  lists: Pick<ReferralTask, 'input' | 'output'>,
): Promise<Partial<ReferralTask>> {
  const now = { ...before, ...lists }
  const issued = async (kind: IssuedKind) => (await versionsOf(tx, now, kind)).find((v) => !v.facts.pending)?.facts
  const [slip, answer] = [await issued('referral'), await issued('outcome')]
  const [referral, outcome] = [slip?.correction, answer?.correction]
  if (!referral && !outcome) return {}
  const corrections = { ...(referral ? { referral } : {}), ...(outcome ? { outcome } : {}) }
  const counted = { corrections, outcomeWithdrawn: answer?.withdrawn === true }
  if (referral === before.corrections?.referral) return counted
  const content = await slipContent(site, state)
  if (!content) return counted
  const validity = state.partOf ? undefined : slipValidity(state, content)
  return {
    ...counted,
    ...(validity ? { validity } : {}),
    person: personOf(content.patient),
    diagnosis: content.diagnosisText,
    departure: content.departure,
  }
}

/** A corrected paper is new to everybody; where the patient is already being treated by it, a person must look. */
async function afterCorrection(tx: Transaction, taskId: string, before: ReferralTask, next: ReferralTask): Promise<void> {
  const was = before.corrections ?? {}
  const is = next.corrections ?? {}
  if (was.referral === is.referral && was.outcome === is.outcome) return
  await clearRead(tx, taskId)
  if (was.referral === is.referral || !transition(next.state, 'answer', 'receiver')) return
  const alert = {
    kind: 'slip-corrected',
    subject: `${next.issuer.code} ${next.number}`,
    severity: 'warning',
    role: 'referral-desk',
    vi: `Phiếu ${next.number} của ${next.issuer.name} được đính chính (lần ${is.referral}) khi người bệnh đã đến.`,
    en: `Slip ${next.number} of ${next.issuer.name} was corrected (no. ${is.referral}) after the patient had come.`,
    cure: { vi: 'Mở phiếu, xem mục thay đổi và báo bác sĩ điều trị.', en: 'Open the slip, see what changed and tell the doctor.' },
  } as const
  await raiseAlert(tx, alert, tx.now)
}

/** A step of the other facility that gives somebody here work: a paper sent back, another place proposed. */
async function otherSide(
  site: Site,
  tx: Transaction,
  state: ThreadState,
  { id, task }: { id: string; task: ReferralTask },
  entry: ThreadState['history'][number],
): Promise<void> {
  const { event, facility, by, code, reason = '' } = entry
  const here = await partyHere(tx, site, parties(state))
  if (facility === here) return
  if (event === 'send-back') await sentBackFromOutside(site, tx, task, id, { code, reason, by, facility })
  if (event === 'decline' && state.from === here) await tellDeclined(tx, state, entry)
}

/** A draft that was begun on the first thread belongs to the visit. */
async function takeOverOutcome(tx: Transaction, parent: ThreadKey, child: string): Promise<void> {
  const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(parent.issuer), parent.number)
  if (stored) await moveDraft(tx, stored.id, child, 'outcome')
}

/** The receiver's node says "delivered", the sender's node says "outcome filed": once each, never a person's click. */
async function answerByItself(site: Site, tx: Transaction, state: ThreadState, task: ReferralTask, newOutcome: boolean): Promise<void> {
  const here = await partyHere(tx, site, parties(state))
  // An arrival that waits for the line says more than "delivered", which behind it would only be refused.
  const shown = state.to === here ? await effectiveState(tx, task, here) : state.state
  const outcomeHere = state.documents.some((d) => d.kind === 'outcome')
  const answered = state.history.some((h) => h.event === 'answer')
  const event: ReferralEvent | null =
    state.to === here && transition(shown, 'deliver', 'receiver') && transition(state.state, 'deliver', 'receiver')
      ? 'deliver'
      : state.from === here && transition(state.state, 'file-outcome', 'sender') && outcomeHere && answered
        ? 'file-outcome'
        : null
  if (!event || (await wasProposed(tx, state.thread, event))) return
  const message: TransitionMessage = {
    thread: state.thread,
    event,
    occurredAt: tx.now.toISOString(),
    by: { id: 'system:exchange', display: site.settings.facility.name, role: 'system' },
    ...(state.priority ? { priority: state.priority } : {}),
  }
  await enqueue(tx, randomUUID(), 'transition', state.thread, message, tx.now)
  if (newOutcome) site.log.info({ thread: state.thread }, 'outcome filed')
}

/**
 * The hub's side of a referral: accepts papers, resolves the person, owns the Task and its story, feeds the nodes.
 * One transaction per message; the answer is remembered under the message's key, so a lost response costs nothing.
 */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { pdfDigest, readDocument, readEnvelope } from '@yba/forms'
import { contentDigest } from '@yba/signing'
import { onBehalf } from '../../access/index.ts'
import { faultPoint } from '../../faults.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Stored, Transaction } from '../../store/types.ts'
import { facilityName } from '../directory/index.ts'
import { carried, documentFacts, fileDocument, findDocument } from '../documents/index.ts'
import type { CarriedDocument, Parcel, ThreadKey, ThreadState, TransitionMessage } from '../exchange/contract.ts'
import { knownAnswer, noteContact, rememberAnswer } from '../exchange/index.ts'
import { resolvePerson } from '../person-index/index.ts'
import {
  ACCESSIBLE_TO_PARTIES,
  CONTENT_DIFFERS,
  DIGEST_WRONG,
  KEY_REUSED,
  NOT_YOUR_THREAD,
  OUTCOME_NOT_REGISTERED,
  PARCEL_INCOMPLETE,
} from './hub-outcomes.ts'
import { checkPaper } from './hub-papers.ts'
import { checkedMessage, checkedParcel } from './hub-shape.ts'
import { notAllowed, step } from './machine.ts'
import { appendHistory, loadHistory } from './tables.ts'
import { personOf, type ReferralTask, taskFacts, taskIdentifierSystem, taskResource } from './task.ts'
import type { Actor } from './transitions.ts'

function bodyDigest(json: unknown): string {
  return createHash('sha256').update(JSON.stringify(json)).digest('hex')
}

/** Runs a message once: the same key gives the stored answer; the same key over other bytes is refused. */
async function once(context: OperationContext, work: (tx: Transaction) => Promise<ThreadState>): Promise<OperationAnswer> {
  const { site, caller } = context
  const key = String(context.headers['idempotency-key'] ?? '')
  if (!key) throw refuse(PARCEL_INCOMPLETE, { what: 'Idempotency-Key' })
  const digest = bodyDigest(context.json)
  const answer = await site.store.as(onBehalf(caller)).transact(async (tx) => {
    await tx.lockKey(`message:${caller.facility}:${key}`)
    const known = await knownAnswer(tx, caller.facility, key)
    if (known && known.digest !== digest) throw refuse(KEY_REUSED)
    if (known) return known.response
    const response = await work(tx)
    await rememberAnswer(tx, caller.facility, key, digest, 200, response, tx.now)
    await noteContact(tx, caller.facility, tx.now, { accepted: 1 })
    faultPoint(site, 'hub.before-commit')
    return response
  })
  faultPoint(site, 'hub.after-commit')
  return { json: answer }
}

/** POST /fhir/$submit */
export async function submit(context: OperationContext): Promise<OperationAnswer> {
  const parcel = checkedParcel(context)
  for (const document of parcel.documents) await keepBytes(context.site, document)
  return once(context, async (tx) => {
    await tx.lockKey(`thread:${parcel.thread.issuer}:${parcel.thread.number}`)
    const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(parcel.thread.issuer), parcel.thread.number, { lock: true })
    return stored ? addPapers(context, tx, parcel, stored) : openThread(context, tx, parcel)
  })
}

async function keepBytes(site: Site, document: Parcel['documents'][number]): Promise<void> {
  const bytes = Buffer.from(document.bytesBase64 ?? '', 'base64')
  const sha = (b: Buffer) => createHash('sha256').update(b).digest('hex')
  if (sha(bytes) !== document.digest) throw refuse(DIGEST_WRONG, { number: document.number })
  if (contentDigest(bytes.toString('utf8')) !== document.contentDigest) throw refuse(DIGEST_WRONG, { number: document.number })
  if (document.pdf) {
    const pdf = Buffer.from(document.pdfBase64 ?? '', 'base64')
    // A print of another paper is no print of this one, however well it is signed.
    if (sha(pdf) !== document.pdf || pdfDigest(pdf) !== document.digest) throw refuse(DIGEST_WRONG, { number: document.number })
    await site.store.blobs.put(pdf)
  }
  await site.store.blobs.put(bytes)
}

async function openThread(context: OperationContext, tx: Transaction, parcel: Parcel): Promise<ThreadState> {
  const { site, caller } = context
  const slip = parcel.documents.find((d) => d.kind === 'referral')
  if (!slip) throw refuse(PARCEL_INCOMPLETE, { what: 'referral document' })
  if (parcel.thread.issuer !== caller.facility) throw refuse(NOT_YOUR_THREAD)
  const content = readDocument((await site.store.blobs.get(slip.digest)).toString('utf8'))
  if (content.kind !== 'referral' || content.from.code !== caller.facility || content.numbers.slip !== parcel.thread.number) {
    throw refuse(NOT_YOUR_THREAD)
  }
  const toName = await facilityName(tx, content.to.code)
  if (!toName) throw refuse(PARCEL_INCOMPLETE, { what: `receiver ${content.to.code}` })
  const person = await resolvePerson(
    tx,
    caller.facility,
    // Who the person is says the signed paper, not the cover.
    { ...personOf(content.patient), cards: content.patient.cards.map((c) => c.number) },
    site.settings.environment === 'demo',
  )
  const row = step('queued', 'send', 'hub')
  const task: ReferralTask = {
    issuer: content.from,
    number: parcel.thread.number,
    to: { code: content.to.code, name: toName },
    state: row.to,
    person: { name: content.patient.name, birthDate: content.patient.birthDate, sex: content.patient.sex, mrn: content.patient.mrn },
    patient: `Patient/${person.source}`,
    // The exchange carries papers and does not read them out: no clinical word stands in its own records.
    diagnosis: '',
    departure: content.departure,
    authoredOn: tx.now.toISOString(),
    input: [],
    output: [],
  }
  const filed = await filePapers(context, tx, parcel, task)
  const [stored] = await tx.write([{ kind: 'create', resource: taskResource(filed) }])
  if (!stored) throw new Error('the store answered no task')
  await record(tx, parcel.thread, filed, { event: 'send', occurredAt: parcel.occurredAt, by: parcel.by.display, facility: caller.facility })
  return publish(tx, stored.id, filed)
}

/** More papers for a known thread: the same again changes nothing, an outcome comes from the addressee only. */
async function addPapers(context: OperationContext, tx: Transaction, parcel: Parcel, stored: Stored): Promise<ThreadState> {
  const task = taskFacts(stored.resource())
  const from = context.caller.facility
  for (const document of parcel.documents) {
    if ((document.kind === 'outcome' ? task.to.code : task.issuer.code) !== from) throw refuse(NOT_YOUR_THREAD)
  }
  const filed = await filePapers(context, tx, parcel, task)
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(filed) }])
  return publish(tx, stored.id, filed)
}

async function filePapers(context: OperationContext, tx: Transaction, parcel: Parcel, task: ReferralTask): Promise<ReferralTask> {
  const next = { ...task, input: [...task.input], output: [...task.output] }
  for (const document of parcel.documents) {
    const id = await filePaper(context, tx, document, parcel.thread, task)
    const list = document.kind === 'outcome' ? next.output : next.input
    if (!list.includes(id)) list.push(id)
  }
  return next
}

async function filePaper(
  context: OperationContext,
  tx: Transaction,
  document: CarriedDocument,
  thread: ThreadKey,
  task: ReferralTask,
): Promise<string> {
  const text = (await context.site.store.blobs.get(document.digest)).toString('utf8')
  const content = readDocument(text)
  if (content.from.code !== context.caller.facility) throw refuse(NOT_YOUR_THREAD)
  // The cover must say what the paper says: kind, number and version are the key under which everybody finds it.
  const number = content.kind === 'referral' ? content.numbers.slip : content.number
  const envelope = readEnvelope(text)
  const same = content.kind === document.kind && number === document.number && envelope.version === document.version
  if (!same) throw refuse(PARCEL_INCOMPLETE, { what: `document ${document.number} v${document.version}` })
  const known = await findDocument(tx, document)
  checkPaper(context.site, { document, content, text, known: known && documentFacts(known.resource()) }, thread, task)
  // Failure mode F3: one number and version, two contents. The first stands; both sides are told.
  if (known && documentFacts(known.resource()).contentDigest !== document.contentDigest) {
    throw refuse(CONTENT_DIFFERS, { number: document.number, version: document.version })
  }
  // The same content in other bytes changes nothing: signatures and print of those bytes do not belong to the first ones.
  if (known && documentFacts(known.resource()).digest !== document.digest) return known.id
  const stored = await fileDocument(
    tx,
    {
      kind: document.kind,
      title: envelope.title,
      issuer: content.from,
      number: document.number,
      version: document.version,
      digest: document.digest,
      contentDigest: document.contentDigest,
      ...(document.pdf ? { pdf: document.pdf } : {}),
      date: document.signatures.at(-1)?.signedAt ?? tx.now.toISOString(),
      patient: { ...(task.patient ? { reference: task.patient } : {}), display: task.person.name },
      thread,
      addressed: [task.issuer.code, task.to.code],
    },
    document.signatures,
  )
  tx.emit({ kind: 'document.filed', thread: `DocumentReference/${stored.id}`, payload: { document: stored.id } })
  return stored.id
}

/** POST /fhir/Task/$transition: a node's proposal. Arbitration is here, under the Task's lock. */
export async function transitionAtHub(context: OperationContext): Promise<OperationAnswer> {
  const message = checkedMessage(context)
  return once(context, async (tx) => {
    const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(message.thread.issuer), message.thread.number, { lock: true })
    const task = stored ? taskFacts(stored.resource()) : null
    const from = context.caller.facility
    if (!stored || !task || (task.issuer.code !== from && task.to.code !== from)) throw refuse(NOT_YOUR_THREAD)
    const actor: Actor = task.issuer.code === from ? 'sender' : 'receiver'
    if (actor === 'sender' && message.event === 'send') throw notAllowed(task.state, message.event, actor)
    const row = step(task.state, message.event, actor, message.reason)
    if (row.guard === 'outcome-registered') await requireOutcome(tx, task, message)
    if (row.guard === 'outcome-present' && task.output.length === 0) throw refuse(OUTCOME_NOT_REGISTERED)
    const next = { ...task, state: row.to }
    await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(next) }])
    await record(tx, message.thread, next, {
      event: message.event,
      occurredAt: message.occurredAt,
      by: message.by.display,
      facility: from,
      ...(message.reason ? { reason: message.reason } : {}),
    })
    return publish(tx, stored.id, next)
  })
}

async function requireOutcome(tx: Transaction, task: ReferralTask, message: TransitionMessage): Promise<void> {
  const known = message.document ? await findDocument(tx, message.document) : null
  if (!known || !task.output.includes(known.id)) throw refuse(OUTCOME_NOT_REGISTERED)
}

async function record(
  tx: Transaction,
  thread: ThreadKey,
  task: ReferralTask,
  entry: { event: TransitionMessage['event']; occurredAt: string; by: string; facility: string; reason?: string },
): Promise<void> {
  await appendHistory(tx, thread, 'hub', { ...entry, state: task.state, recordedAt: tx.now.toISOString() })
}

/** Puts the thread's new state into the log, from where the feed takes it, and answers it. */
async function publish(tx: Transaction, taskId: string, task: ReferralTask): Promise<ThreadState> {
  const state = await threadState(tx, task)
  tx.emit({
    kind: 'referral.thread',
    thread: `Task/${taskId}`,
    payload: {
      task: taskId,
      issuer: task.issuer.code,
      number: task.number,
      from: task.issuer.code,
      to: task.to.code,
      version: state.version,
    },
  })
  return state
}

/** The shared state of a thread as it travels. */
export async function threadState(tx: Transaction, task: ReferralTask): Promise<ThreadState> {
  const thread = { issuer: task.issuer.code, number: task.number }
  const history = await loadHistory(tx, thread, 'hub')
  const papers = await tx.readMany([...task.input, ...task.output].map((id) => `DocumentReference/${id}`))
  const documents: CarriedDocument[] = []
  for (const paper of papers.values()) documents.push(await carried(tx, paper))
  return { thread, version: history.length, state: task.state, from: task.issuer.code, to: task.to.code, history, documents }
}

/** GET /fhir/$document?sha256=…: bytes of a paper, for the two parties of its thread only. */
export async function documentBytes(context: OperationContext): Promise<OperationAnswer> {
  const sha256 = context.query.get('sha256') ?? ''
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw refuse(PARCEL_INCOMPLETE, { what: 'sha256' })
  const { site, caller } = context
  const allowed = await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const page = await tx.search('DocumentReference', `location=Binary/${sha256}&_count=5`)
    for (const entry of page.entries) {
      const { thread } = documentFacts(entry.resource())
      const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(thread.issuer), thread.number)
      const task = stored ? taskFacts(stored.resource()) : null
      if (task && (task.issuer.code === caller.facility || task.to.code === caller.facility)) return true
    }
    return false
  })
  if (!allowed) throw refuse(ACCESSIBLE_TO_PARTIES)
  return { bytes: await site.store.blobs.get(sha256), contentType: 'application/octet-stream' }
}

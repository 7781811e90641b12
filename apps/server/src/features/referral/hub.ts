/**
 * The hub's side of a referral: accepts papers, resolves the person, owns the Task and its story, feeds the nodes.
 * One transaction per message; the answer is remembered under the message's key, so a lost response costs nothing.
 */
import { createHash } from 'node:crypto'
import { finding, findingText, OutcomeError, refuse } from '@yba/fhir'
import { pdfDigest, readDocument, readEnvelope } from '@yba/forms'
import { contentDigest } from '@yba/signing'
import { type PaperContent, type ReferralContent, slipNumber } from '@yba/vietnam'
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Stored, Transaction } from '../../store/types.ts'
import { issuerName, ownCodes } from '../directory/index.ts'
import { type DocumentFacts, documentFacts, fileDocument, keepIssues, lookFor, markReplaced, paperIssues } from '../documents/index.ts'
import type { CarriedDocument, Parcel, ThreadKey, ThreadState } from '../exchange/contract.ts'
import { oldPaperAsked, packPapers, raiseAlert } from '../exchange/index.ts'
import { resolvePerson } from '../person-index/index.ts'
import { actingFor } from './acting.ts'
import { childrenOf, nextChild, openVisit } from './child.ts'
import { lockThread, spelledAlike } from './find-slip.ts'
import { once } from './hub-once.ts'
import { ACCESSIBLE_TO_PARTIES, CONTENT_DIFFERS, DIGEST_WRONG, NODE_NOT_LIVE, NOT_YOUR_THREAD, PARCEL_INCOMPLETE } from './hub-outcomes.ts'
import { addressPapers, checkOrder, checkPaper } from './hub-papers.ts'
import { checkedParcel } from './hub-shape.ts'
import { addNumbers } from './hub-steps.ts'
import { publish, record } from './hub-thread.ts'
import { step } from './machine.ts'
import { NUMBER_CLASH } from './outcomes.ts'
import { REOFFER_EARLY, recordedBefore, reofferOf } from './reoffer.ts'
import { samePerson } from './same-person.ts'
import { spelledAtHub } from './spelled.ts'
import { noteClash } from './tables/attention.ts'
import { noteSlip } from './tables/slips.ts'
import { loadHistory, moveHistory } from './tables.ts'
import { isShadow, personOf, type ReferralTask, taskFacts, taskIdentifierSystem, taskResource, validityOf } from './task.ts'
import { carriedFacts, versionsOf } from './versions.ts'

/** What the parcel's papers say, by the digest of their bytes. */
type Papers = ReadonlyMap<string, Paper>
interface Paper {
  text: string
  content: PaperContent
  envelope: ReturnType<typeof readEnvelope>
}
type SubmitContext = OperationContext & { papers: Papers }

const paperOf = (papers: Papers, digest: string): Paper => {
  const found = papers.get(digest)
  if (!found) throw new Error('a paper of the parcel was not read')
  return found
}

/** POST /fhir/$submit */
export async function submit(context: OperationContext): Promise<OperationAnswer> {
  const codes = await ownCodes(context.site.store, context.caller.facility, context.site.clock.now())
  const parcel = checkedParcel(context, codes)
  const papers: Papers = new Map(await Promise.all(parcel.documents.map((document) => keepBytes(context.site, document))))
  const look = (tx: Transaction) =>
    Promise.all([
      lockThread(tx, parcel.thread),
      tx.findByIdentifier('Task', taskIdentifierSystem(parcel.thread.issuer), parcel.thread.number, { lock: true }),
      spelledAlike(tx, parcel.thread),
    ])
  return both(context, parcel, look, async (tx, [, named, alike]) => {
    const stored = named ?? (alike.length > 0 ? await spelledBefore(tx, parcel, papers) : null)
    // Offered again before what it belongs to: an outcome before its slip, a slip before the arrival that came first.
    const again = reofferOf(context)
    if (again && !stored && (again.position > 1 || !parcel.documents.some((d) => d.kind === 'referral'))) throw refuse(REOFFER_EARLY)
    const task = stored && taskFacts(stored.resource())
    const acting = { ...actingFor(context, codes, parcel.thread, task), papers }
    return stored && task && !isShadow(task) ? addPapers(acting, tx, parcel, stored) : openThread(acting, tx, parcel, stored)
  })
}

/** A patient who came with the paper before the slip, whose number a desk had typed in another spelling. */
async function spelledBefore(tx: Transaction, { thread, documents }: Parcel, papers: Papers): Promise<Stored | null> {
  const slip = documents.find((d) => d.kind === 'referral')
  return slip ? spelledAtHub(tx, thread, paperOf(papers, slip.digest).content.patient) : null
}

/** Failure mode F3: the first content stands, the sender reads the refusal, and the other party and the hub's operator are told. */
async function both<T>(
  context: OperationContext,
  parcel: Parcel,
  look: (tx: Transaction) => Promise<T>,
  work: (tx: Transaction, seen: T) => Promise<ThreadState>,
): Promise<OperationAnswer> {
  try {
    return await once(context, look, work)
  } catch (error) {
    if (!(error instanceof OutcomeError) || error.code !== CONTENT_DIFFERS.code) throw error
    const { number, version } = error.findings[0]?.values ?? {}
    await context.site.store.as(onBehalf(context.caller)).transact(async (tx) => {
      const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(parcel.thread.issuer), parcel.thread.number, { lock: true })
      const task = stored && taskFacts(stored.resource())
      if (!stored || !task || ![task.issuer.code, task.to.code].includes(context.caller.facility)) return
      const thread = { issuer: task.issuer.code, number: task.number }
      if (!(await noteClash(tx, thread, { number: String(number), version: Number(version) }, tx.now))) return
      const { vi, en, cure } = findingText(finding(NUMBER_CLASH, { number: String(number), version: Number(version) }))
      const subject = `${thread.issuer}|${thread.number}|${number}|${version}`
      await raiseAlert(tx, { kind: 'number-clash', subject, severity: 'warning', role: 'hub-operator', vi, en, cure }, tx.now)
      await publish(tx, stored.id, task)
    })
    throw error
  }
}

/** Checks the bytes against what the cover says of them, keeps them, and reads them once. */
async function keepBytes(site: Site, document: Parcel['documents'][number]): Promise<[string, Paper]> {
  const bytes = Buffer.from(document.bytesBase64 ?? '', 'base64')
  const sha = (b: Buffer) => createHash('sha256').update(b).digest('hex')
  if (sha(bytes) !== document.digest) throw refuse(DIGEST_WRONG, { number: document.number })
  const text = bytes.toString('utf8')
  if (contentDigest(text) !== document.contentDigest) throw refuse(DIGEST_WRONG, { number: document.number })
  if (document.pdf) {
    const pdf = Buffer.from(document.pdfBase64 ?? '', 'base64')
    // A print of another paper is no print of this one, however well it is signed.
    if (sha(pdf) !== document.pdf || pdfDigest(pdf) !== document.digest) throw refuse(DIGEST_WRONG, { number: document.number })
    await Promise.all([site.store.blobs.put(pdf), site.store.blobs.put(bytes)])
  } else await site.store.blobs.put(bytes)
  return [document.digest, { text, content: readDocument(text), envelope: readEnvelope(text) }]
}

/** A new thread from its slip; a patient who came first with the paper in hand (shadow) gets the slip behind the arrival. */
async function openThread(context: SubmitContext, tx: Transaction, parcel: Parcel, shadow: Stored | null): Promise<ThreadState> {
  const { site, caller } = context
  const slip = parcel.documents.find((d) => d.kind === 'referral')
  if (!slip) throw refuse(PARCEL_INCOMPLETE, { what: 'referral document' })
  if (parcel.thread.issuer !== caller.facility) throw refuse(NOT_YOUR_THREAD)
  const { content } = paperOf(context.papers, slip.digest)
  if (
    content.kind !== 'referral' ||
    content.from.code !== caller.facility ||
    content.numbers.slip !== parcel.thread.number ||
    slipNumber(parcel.thread.number) !== parcel.thread.number
  ) {
    throw refuse(NOT_YOUR_THREAD)
  }
  // Who the person is says the signed paper, not the cover.
  const patient = { ...personOf(content.patient), cards: content.patient.cards.map((c) => c.number) }
  const [fromName, toName, person] = await Promise.all([
    issuerName(tx, caller.facility),
    issuerName(tx, content.to.code),
    resolvePerson(tx, caller.facility, patient, site.settings.environment === 'demo'),
  ])
  if (!fromName) throw refuse(NODE_NOT_LIVE, { facility: caller.facility })
  if (!toName || content.to.code === site.settings.facility.code) throw refuse(PARCEL_INCOMPLETE, { what: `receiver ${content.to.code}` })
  const before = shadow && (await joins(tx, shadow, content)) ? taskFacts(shadow.resource()) : null
  const row = step(before?.state ?? 'queued', 'send', 'hub')
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
    validity: validityOf(content, slip, parcel.occurredAt),
    // What the paper says, not the cover: nobody overtakes others by a word that nobody signed.
    ...(content.emergency ? { stat: true } : {}),
    ...(before?.aliases ? { aliases: before.aliases } : {}),
    authoredOn: tx.now.toISOString(),
    input: [],
    output: [],
  }
  const filed = await filePapers(context, tx, parcel, task)
  const resource = taskResource(filed)
  const [stored] = await tx.write([
    before && shadow ? { kind: 'update', id: shadow.id, ifMatch: shadow.versionId, resource } : { kind: 'create', resource },
  ])
  if (!stored) throw new Error('the store answered no task')
  const again = reofferOf(context)
  const story = again && shadow ? await loadHistory(tx, parcel.thread, 'hub') : []
  const first = again ? recordedBefore(again, story, site.store.log.epoch.started) : {}
  const sent = { event: 'send' as const, occurredAt: parcel.occurredAt, by: parcel.by.display, facility: caller.facility, ...first }
  if (before) await tellSentOn(tx, parcel.thread, filed)
  // In one breath: the line is written before the story is read for the answer.
  const [, state] = await Promise.all([record(tx, filed, sent), publish(tx, stored.id, filed)])
  return parcel.aliases ? addNumbers(tx, stored.id, parcel.aliases, state) : state
}

/**
 * Whether the slip is the one the desk had in hand: for this facility and this person. Else nothing is refused and nobody
 * is mixed up: what the desk recorded goes on as a visit of its own under the slip, without its papers.
 */
async function joins(tx: Transaction, shadow: Stored, slip: ReferralContent): Promise<boolean> {
  const { aliases: _spellings, ...before } = taskFacts(shadow.resource())
  if (before.to.code === slip.to.code && samePerson(before.person, slip.patient)) return true
  const thread = { issuer: before.issuer.code, number: before.number }
  const { number, use } = nextChild({ ...before, state: 'sent' }, await childrenOf(tx, thread), [])
  const visit = { ...before, number, use, partOf: thread }
  await tx.write([{ kind: 'update', id: shadow.id, ifMatch: shadow.versionId, resource: taskResource(visit) }])
  await moveHistory(tx, thread.issuer, thread.number, number)
  await publish(tx, shadow.id, visit)
  return false
}

/** More papers for a known thread: the same again changes nothing, an outcome comes from the addressee only. */
async function addPapers(context: SubmitContext, tx: Transaction, parcel: Parcel, named: Stored): Promise<ThreadState> {
  const first = taskFacts(named.resource())
  const from = context.caller.facility
  const visit = await openVisit(tx, parcel.thread, first, from)
  const { stored, task } = visit && !(await answersFirst(tx, first, parcel)) ? visit : { stored: named, task: first }
  for (const document of parcel.documents) {
    if ((document.kind === 'outcome' ? task.to.code : task.issuer.code) !== from) throw refuse(NOT_YOUR_THREAD)
  }
  const filed = await filePapers(context, tx, parcel, task)
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(filed) }])
  if (from === task.issuer.code) await tellVisits(tx, parcel.thread, task, filed)
  return publish(tx, stored.id, filed)
}

/** A newer version of an outcome belongs to the thread of the former, whatever visit is open now. */
async function answersFirst(tx: Transaction, first: ReferralTask, parcel: Parcel): Promise<boolean> {
  const numbers = new Set((await versionsOf(tx, first, 'outcome')).map((v) => v.facts.number))
  return parcel.documents.every((d) => d.kind === 'outcome' && numbers.has(d.number))
}

/**
 * A patient who came before the slip may have been sent on, or have come again, before it: those threads get the slip too.
 * A visit that only a desk wrote down for another facility gets nothing here: its desk proves by the QR to hold the paper.
 */
async function tellSentOn(tx: Transaction, thread: ThreadKey, filed: ReferralTask): Promise<void> {
  const opened = new Set<string>()
  const children = await childrenOf(tx, thread)
  for (const number of [thread.number, ...children.map((c) => c.task.number)]) {
    for (const { child } of await loadHistory(tx, { issuer: thread.issuer, number }, 'hub')) if (child) opened.add(child)
  }
  const { diagnosis, person, patient, departure, input } = filed
  for (const { stored, task } of children) {
    if (!opened.has(task.number) || !isShadow(task) || !samePerson(task.person, person)) continue
    const next = { ...task, diagnosis, person, input: [...input], ...(departure ? { departure } : {}), ...(patient ? { patient } : {}) }
    await addressPapers(tx, input, task.to.code)
    await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, resource: taskResource(next) }])
    await publish(tx, stored.id, next)
  }
}

/** A corrected slip is the slip of every visit with it, and of the third facility it was sent on to. */
async function tellVisits(tx: Transaction, thread: ThreadKey, before: ReferralTask, filed: ReferralTask): Promise<void> {
  const added = filed.input.filter((id) => !before.input.includes(id))
  if (added.length === 0) return
  for (const { stored, task } of await childrenOf(tx, thread)) {
    const next = { ...task, input: [...task.input, ...added.filter((id) => !task.input.includes(id))] }
    if (task.to.code !== filed.to.code) await addressPapers(tx, added, task.to.code)
    await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(next) }])
    await publish(tx, stored.id, next)
  }
}

async function filePapers(context: SubmitContext, tx: Transaction, parcel: Parcel, task: ReferralTask): Promise<ReferralTask> {
  const next = { ...task, input: [...task.input], output: [...task.output] }
  for (const document of parcel.documents) {
    const id = await filePaper(context, tx, document, { issuer: task.issuer.code, number: task.number }, next)
    const list = document.kind === 'outcome' ? next.output : next.input
    if (list.includes(id)) continue
    list.push(id)
    if (document.kind === 'outcome') next.outcomeWithdrawn = isWithdrawal(paperOf(context.papers, document.digest).content)
    if (document.kind === 'referral' && task.validity) next.validity = validityAfter(context, document, parcel) ?? task.validity
  }
  return next
}

const isWithdrawal = (content: PaperContent): boolean => content.kind === 'outcome' && content.withdrawn !== undefined

function validityAfter(context: SubmitContext, slip: CarriedDocument, parcel: Parcel): ReferralTask['validity'] {
  const { content } = paperOf(context.papers, slip.digest)
  return content.kind === 'referral' ? validityOf(content, slip, parcel.occurredAt) : undefined
}

async function filePaper(
  context: SubmitContext,
  tx: Transaction,
  document: CarriedDocument,
  thread: ThreadKey,
  task: ReferralTask,
): Promise<string> {
  const { text, content, envelope } = paperOf(context.papers, document.digest)
  // Under the code of the thread, or under the one its owner has today.
  const { facility, id } = context.caller
  if (content.from.code !== facility && content.from.code !== id) throw refuse(NOT_YOUR_THREAD)
  // The cover must say what the paper says: kind, number and version are the key under which everybody finds it.
  const number = content.kind === 'referral' ? content.numbers.slip : content.number
  const same = content.kind === document.kind && number === document.number && envelope.version === document.version
  if (!same) throw refuse(PARCEL_INCOMPLETE, { what: `document ${document.number} v${document.version}` })
  const seen = await lookFor(tx, document, document.digest, document.signatures)
  const { known } = seen
  checkPaper(context.site, { document, content, text, known: known && documentFacts(known.resource()) }, thread, task)
  // Failure mode F3: one number and version, two contents. The first stands; both sides are told.
  if (known && documentFacts(known.resource()).contentDigest !== document.contentDigest) {
    throw refuse(CONTENT_DIFFERS, { number: document.number, version: document.version })
  }
  // The same content in other bytes changes nothing: signatures and print of those bytes do not belong to the first ones.
  if (known && documentFacts(known.resource()).digest !== document.digest) return known.id
  if (!known) checkOrder(document, envelope, await versionsOf(tx, task, document.kind))
  const issues = await keepIssues(tx, document.digest, paperIssues(content), thread)
  const facts: DocumentFacts = {
    ...(issues ? { issues } : {}),
    ...carriedFacts(document, content, envelope, tx.now),
    title: envelope.title,
    patient: { ...(task.patient ? { reference: task.patient } : {}), display: task.person.name },
    thread,
    addressed: [task.issuer.code, task.to.code],
  }
  const [stored] = await Promise.all([
    fileDocument(tx, facts, document.signatures, seen),
    document.kind === 'referral' ? noteSlip(tx, document, 'paper', tx.now) : undefined,
  ])
  await markReplaced(tx, documentFacts(stored.resource()))
  tx.emit({ kind: 'document.filed', thread: `DocumentReference/${stored.id}`, payload: { document: stored.id } })
  return stored.id
}

const SHA256 = /^[0-9a-f]{64}$/

/** GET /fhir/$document?sha256=…: bytes of a paper, for the two parties of its thread only. */
export async function documentBytes(context: OperationContext): Promise<OperationAnswer> {
  const sha256 = context.query.get('sha256') ?? ''
  if (!SHA256.test(sha256)) throw refuse(PARCEL_INCOMPLETE, { what: 'sha256' })
  const { site, caller } = context
  const paper = await site.store
    .as(onBehalf(caller))
    .transact(async (tx) => addressedPaper(tx, sha256, await ownCodes(tx, caller.facility, site.clock.now())))
  if (!paper) throw refuse(ACCESSIBLE_TO_PARTIES)
  if (site.clock.now().getTime() - paper.lastUpdated.getTime() > OLD_MS)
    await oldPaperAsked(site, caller.facility, sha256, caller.requestId)
  return { bytes: await site.store.blobs.get(sha256, { recent: true }), contentType: 'application/octet-stream' }
}

/** Papers named in one request at most, and the bytes of one answer: at 250 kbit/s it still fits a node's patience. */
const MOST_PAPERS = 50
const MOST_BYTES = 3_000_000

/**
 * GET /fhir/$documents?sha256=…,…: bytes of several papers in one answer and in the order asked, for the parties of their
 * threads only. What cannot be read here is left out, and so is what follows when the answer is full. Throws as
 * `$document` does, also when one of many is a paper of others.
 */
export async function manyDocuments(context: OperationContext): Promise<OperationAnswer> {
  const wanted = [...new Set((context.query.get('sha256') ?? '').split(','))]
  if (wanted.length > MOST_PAPERS || !wanted.every((sha256) => SHA256.test(sha256))) throw refuse(PARCEL_INCOMPLETE, { what: 'sha256' })
  const { site, caller } = context
  const codes = await ownCodes(site.store, caller.facility, site.clock.now())
  const found = await site.store.as(onBehalf(caller)).transact((tx) => addressedPapers(tx, wanted, codes))
  const papers: { sha256: string; bytes: Buffer }[] = []
  let size = 0
  for (const sha256 of wanted) {
    const paper = found.get(sha256)
    if (!paper) throw refuse(ACCESSIBLE_TO_PARTIES)
    const bytes = await readable(site, sha256)
    if (!bytes) continue
    if (papers.length > 0 && size + bytes.length > MOST_BYTES) break
    if (site.clock.now().getTime() - paper.lastUpdated.getTime() > OLD_MS)
      await oldPaperAsked(site, caller.facility, sha256, caller.requestId)
    papers.push({ sha256, bytes })
    size += bytes.length
  }
  return { bytes: packPapers(papers), contentType: 'application/octet-stream' }
}

/** The bytes, or undefined where the hub has lost or damaged them: who asks for that paper alone is told so. */
async function readable(site: Site, sha256: string): Promise<Buffer | undefined> {
  try {
    return await site.store.blobs.get(sha256, { recent: true })
  } catch (error) {
    if (error instanceof OutcomeError) return undefined
    throw error
  }
}

/** A paper a node has had for so long that it hardly asks for its bytes again (F22). */
const OLD_MS = 7 * 86_400_000

/** The paper of these bytes, where one of these codes is a party of its thread. */
export async function addressedPaper(tx: Transaction, sha256: string, codes: readonly string[]): Promise<Stored | undefined> {
  return (await addressedPapers(tx, [sha256], codes)).get(sha256)
}

/** The same for several, by the digest that was asked for: of the bytes or of the print. */
async function addressedPapers(tx: Transaction, digests: readonly string[], codes: readonly string[]): Promise<Map<string, Stored>> {
  const out = new Map<string, Stored>()
  const names = digests.map((sha256) => `Binary/${sha256}`).join(',')
  const page = await tx.search('DocumentReference', `location=${names}&_count=${5 * digests.length}`)
  for (const entry of page.entries) {
    const { addressed, digest, pdf } = documentFacts(entry.resource())
    if (!addressed?.some((code) => codes.includes(code))) continue
    for (const name of [digest, pdf]) if (name && digests.includes(name) && !out.has(name)) out.set(name, entry)
  }
  return out
}

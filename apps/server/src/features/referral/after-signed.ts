/** What follows a signature: the shared record is sealed with the slip; the signed slip, or outcome, is handed to the transport. */

import { randomUUID } from 'node:crypto'
import { readEnvelope } from '@yba/forms'
import { slipNumber } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { carried, documentFacts, documentReference, markReplaced } from '../documents/index.ts'
import { enqueue, type StoredParcel } from '../exchange/index.ts'
import { type AfterSigned, requestsOf, startSigning } from '../sign-tray/index.ts'
import { step } from './machine.ts'
import { wakeFiles } from './tables/files.ts'
import { ASKED, lastRevision } from './tables/revisions.ts'
import { appendHistory } from './tables.ts'
import { priorityOf, type ReferralTask, taskFacts, taskResource } from './task.ts'

/** The hook the signing tray calls inside the transaction that records a signature. */
export function afterSigned(site: Site): AfterSigned {
  return async (tx, done) => {
    if (done.remaining.length > 0) return
    const stored = await tx.read('Task', done.task, { lock: true })
    if (!stored) return
    const task = taskFacts(stored.resource())
    if (done.kind === 'outcome') return sendOutcome(site, tx, { id: done.task, task }, done.document)
    const open = (await requestsOf(tx, done.task)).filter((r) => task.input.includes(r.document) && !OVER.has(r.state))
    const seal = open.find((r) => r.role === 'seal' && r.state === 'open')
    if (seal) await startSigning(tx, seal, { id: 'seal', name: site.settings.facility.name, title: 'Dấu cơ sở' }, tx.now)
    if (open.length > 0) return
    const ready = await issue(tx, task.input)
    if (ready.length === 0) return
    if (task.state === 'to-sign') await sendSlip(site, tx, { id: stored.id, version: stored.versionId }, task, ready)
    else await sendCorrection(site, tx, task, ready, (await lastRevision(tx, stored.id, 'referral'))?.code === ASKED)
    tx.emit({ kind: 'referral.queued', thread: `Task/${stored.id}`, payload: { task: stored.id } })
  }
}

const OVER = new Set<string>(['done', 'withdrawn'])

/** What has all its signatures is issued: it stands in the place of the version before. Gives the ids. */
async function issue(tx: Transaction, documents: readonly string[]): Promise<string[]> {
  const ready: string[] = []
  for (const id of documents) {
    const stored = await tx.read('DocumentReference', id, { lock: true })
    const { pending, ...facts } = documentFacts(stored?.resource() ?? { resourceType: 'DocumentReference' })
    if (!stored || !pending || facts.superseded) continue
    await tx.write([{ kind: 'update', id, ifMatch: stored.versionId, resource: documentReference(facts) }])
    await markReplaced(tx, facts)
    ready.push(id)
  }
  return ready
}

async function sendSlip(
  site: Site,
  tx: Transaction,
  stored: { id: string; version: number },
  task: ReferralTask,
  ready: readonly string[],
): Promise<void> {
  const row = step(task.state, 'sign', 'sender')
  const thread = { issuer: task.issuer.code, number: task.number }
  await appendHistory(tx, thread, 'local', {
    event: 'sign',
    state: row.to,
    occurredAt: tx.now.toISOString(),
    recordedAt: tx.now.toISOString(),
    by: site.settings.facility.name,
    facility: site.settings.facility.code,
  })
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.version, resource: taskResource({ ...task, state: row.to }) }])
  await enqueue(tx, randomUUID(), 'parcel', thread, await parcel(site, tx, task, ready), tx.now)
}

/**
 * Đính chính: the newer version travels behind the former on the same thread, then the step that says so and why. One that
 * was written because the receiver asked is the answer.
 */
async function sendCorrection(site: Site, tx: Transaction, task: ReferralTask, ready: readonly string[], asked = false): Promise<void> {
  const thread = { issuer: task.issuer.code, number: task.number }
  const body = await parcel(site, tx, task, ready)
  await enqueue(tx, randomUUID(), 'parcel', thread, body, tx.now)
  const paper = body.documents.find((d) => d.kind !== 'summary') ?? body.documents[0]
  if (!paper) throw new Error('a correction without its document')
  const reason = readEnvelope((await site.store.blobs.get(paper.digest)).toString('utf8')).correction?.reason
  await enqueue(
    tx,
    randomUUID(),
    'transition',
    thread,
    {
      thread,
      event: asked ? 'add-info' : 'correct',
      occurredAt: tx.now.toISOString(),
      by: { id: 'seal', display: site.settings.facility.name, role: 'system' },
      reason: reason || 'Đính chính',
      document: { issuer: paper.issuer, number: paper.number, version: paper.version, digest: paper.digest },
    },
    tx.now,
  )
}

/** A file that came while this version was being signed is looked at again. */
async function wakeByTask(tx: Transaction, id: string, { issuer, number, aliases = [], person }: ReferralTask): Promise<void> {
  const slip = { task: id, issuer: issuer.code, numbers: [slipNumber(number), ...aliases], citizen: person.citizenId }
  if ((await wakeFiles(tx, slip, tx.now)) > 0) tx.emit({ kind: 'referral.file-due', thread: `Task/${id}`, payload: {} })
}

/** The receiver's answer: the outcome travels, then the event that says so; same thread, so in this order. */
async function sendOutcome(
  site: Site,
  tx: Transaction,
  { id: taskId, task }: { id: string; task: ReferralTask },
  document: string,
): Promise<void> {
  await issue(tx, [document])
  await wakeByTask(tx, taskId, task)
  const stored = await tx.read('DocumentReference', document)
  if (stored && documentFacts(stored.resource()).correction) return sendCorrection(site, tx, task, [document])
  const thread = { issuer: task.issuer.code, number: task.number }
  const at = tx.now.toISOString()
  const parcelBody = await parcel(site, tx, task, [document])
  await enqueue(tx, randomUUID(), 'parcel', thread, parcelBody, tx.now)
  const paper = parcelBody.documents[0]
  if (!paper) throw new Error('an outcome without its document')
  await enqueue(
    tx,
    randomUUID(),
    'transition',
    thread,
    {
      thread,
      event: 'answer',
      occurredAt: at,
      by: { id: 'seal', display: site.settings.facility.name, role: 'system' },
      ...priorityOf(task),
      document: { issuer: paper.issuer, number: paper.number, version: paper.version, digest: paper.digest },
    },
    tx.now,
  )
  tx.emit({ kind: 'referral.answered', thread: `Task/${task.number}`, payload: { document } })
}

async function parcel(site: Site, tx: Transaction, task: ReferralTask, documents: readonly string[]): Promise<StoredParcel> {
  const papers = []
  for (const id of documents) {
    const stored = await tx.read('DocumentReference', id)
    if (!stored) throw new Error(`document ${id} is gone`)
    papers.push({ facts: documentFacts(stored.resource()), carried: await carried(tx, stored) })
  }
  const p = task.person
  return {
    thread: { issuer: task.issuer.code, number: task.number },
    to: task.to.code,
    patient: {
      mrn: p.mrn,
      name: p.name,
      birthDate: p.birthDate,
      sex: p.sex,
      cards: p.card ? [p.card] : [],
      ...(p.citizenId ? { citizenId: p.citizenId } : {}),
      ...(p.phone ? { phone: p.phone } : {}),
    },
    documents: papers.map((d) => d.carried),
    occurredAt: tx.now.toISOString(),
    by: { id: 'seal', display: site.settings.facility.name, role: 'system' },
    ...(task.aliases ? { aliases: task.aliases } : {}),
    ...priorityOf(task),
  }
}

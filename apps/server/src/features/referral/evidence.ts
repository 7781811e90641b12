/**
 * Papers that were written for the wrong person (F8): in nobody's chart any more, kept as they were. The auditor reads
 * them; each reading is in the audit under the auditor's name.
 */
import { refuse } from '@yba/fhir'
import { onBehalf, systemCaller } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import { documentFacts } from '../documents/index.ts'
import type { EvidenceRow } from './contract.ts'
import { BAD_REQUEST } from './outcomes.ts'
import { loadHistory } from './tables.ts'
import { taskFacts } from './task.ts'

const LIMIT = 200

/** GET /fhir/Task/$evidence: which slips were voided as written for the wrong person, by whom and why. */
export async function evidence(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller } = context
  const rows = await site.store.as(systemCaller('evidence', site.settings.facility.code)).transact(async (tx) => {
    const found: EvidenceRow[] = []
    const page = await tx.search('Task', `business-status=void&_sort=-_lastUpdated&_count=${LIMIT}`)
    for (const stored of page.entries) {
      const task = taskFacts(stored.resource())
      const story = await loadHistory(tx, { issuer: task.issuer.code, number: task.number })
      const voided = story.findLast((h) => h.event === 'void' && h.wrongPatient)
      if (!voided) continue
      const papers = await tx.readMany([...task.input, ...task.output].map((id) => `DocumentReference/${id}`))
      found.push({
        id: stored.id,
        number: task.number,
        from: task.issuer,
        to: task.to,
        person: task.person.name,
        at: voided.recordedAt,
        by: voided.by,
        reason: voided.reason ?? '',
        documents: [...papers.values()].map((p) => {
          const { kind, title, number, version, digest } = documentFacts(p.resource())
          return { id: p.id, kind, title, number, version, digest }
        }),
      })
    }
    return found
  })
  await site.store.audit.record(onBehalf(caller), { action: 'search', type: 'Task', outcome: 'success', detail: 'evidence' })
  return { json: { rows } }
}

/** GET /fhir/Task/{id}/$evidence?document=…: one of those papers, as it was printed and signed. */
export async function evidencePaper(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, id, query } = context
  const wanted = query.get('document') ?? ''
  const pdf = await site.store.as(systemCaller('evidence', site.settings.facility.code)).transact(async (tx) => {
    const stored = await tx.read('Task', id)
    const task = stored && taskFacts(stored.resource())
    if (!task || ![...task.input, ...task.output].includes(wanted)) return undefined
    const paper = await tx.read('DocumentReference', wanted)
    const facts = paper && documentFacts(paper.resource())
    return facts?.enteredInError ? facts.pdf : undefined
  })
  if (!pdf) throw refuse(BAD_REQUEST, { what: 'document' })
  await site.store.audit.record(onBehalf(caller), {
    action: 'read',
    type: 'DocumentReference',
    id: wanted,
    outcome: 'success',
    detail: 'evidence',
  })
  return { bytes: await site.store.blobs.get(pdf), contentType: 'application/pdf' }
}

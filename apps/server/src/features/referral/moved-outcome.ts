/**
 * An outcome signed while the line was down may belong to a visit that the hub opened meanwhile: the slip was voided,
 * the patient came all the same. Then the paper moves to the visit's thread here too, as it lies at every other site.
 */
import type { Stored, Transaction } from '../../store/types.ts'
import { documentFacts, documentReference } from '../documents/index.ts'
import type { ThreadKey, ThreadState } from '../exchange/contract.ts'
import { taskFacts, taskIdentifierSystem, taskResource } from './task.ts'

const same = (a: ThreadKey, b: ThreadKey): boolean => a.issuer === b.issuer && a.number === b.number

/** The first thread is held before its visits are, as by who steps from the one to the other. */
export async function holdFirstThread(tx: Transaction, state: ThreadState): Promise<void> {
  const { partOf } = state
  if (partOf && state.documents.some((d) => d.kind === 'outcome'))
    await tx.findByIdentifier('Task', taskIdentifierSystem(partOf.issuer), partOf.number, { lock: true })
}

/** The outcome as the hub's word has it; gives it back untouched where it lies there already. */
export async function moveOutcome(tx: Transaction, document: Stored, { thread, partOf }: ThreadState): Promise<Stored> {
  const facts = documentFacts(document.resource())
  if (!partOf || facts.kind !== 'outcome' || same(facts.thread, thread)) return document
  const [moved] = await tx.write([
    { kind: 'update', id: document.id, ifMatch: document.versionId, resource: documentReference({ ...facts, thread }) },
  ])
  const first = await tx.findByIdentifier('Task', taskIdentifierSystem(partOf.issuer), partOf.number, { lock: true })
  const task = first ? taskFacts(first.resource()) : null
  if (first && task?.output.includes(document.id)) {
    const resource = taskResource({ ...task, output: task.output.filter((id) => id !== document.id) })
    await tx.write([{ kind: 'update', id: first.id, ifMatch: first.versionId, resource }])
  }
  return moved ?? document
}

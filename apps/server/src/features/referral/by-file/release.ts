/** What a visit ties to a slip, and gives back: its stay, and the person in whose chart slip and papers are laid. */
import type { Transaction } from '../../../store/types.ts'
import { documentFacts, documentReference } from '../../documents/index.ts'
import { type ReferralTask, taskFacts, taskResource } from '../task.ts'

export async function putTask(tx: Transaction, id: string, next: ReferralTask): Promise<void> {
  await tx.write([{ kind: 'update', id, ifChanged: true, resource: taskResource(next) }])
}

export async function withoutStay(tx: Transaction, id: string): Promise<void> {
  const stored = await tx.read('Task', id, { lock: true })
  if (!stored) return
  const { encounter: _encounter, ...rest } = taskFacts(stored.resource())
  await putTask(tx, id, rest)
}

/** Slip and papers are nobody's chart again, as before the file: the right one may be another person's. */
export async function withoutPerson(tx: Transaction, id: string): Promise<void> {
  const stored = await tx.read('Task', id, { lock: true })
  if (!stored) return
  const { patient, ...rest } = taskFacts(stored.resource())
  const papers = await tx.readMany(rest.input.map((paper) => `DocumentReference/${paper}`))
  await tx.write(
    [...papers.values()].flatMap((paper) => {
      const facts = documentFacts(paper.resource())
      if (!patient || facts.patient.reference !== patient) return []
      const resource = documentReference({ ...facts, patient: { display: facts.patient.display } })
      return [{ kind: 'update' as const, id: paper.id, ifChanged: true, resource }]
    }),
  )
  await putTask(tx, id, rest)
}

/** The papers that came with the slip are this patient's now. */
export async function tiePapers(tx: Transaction, task: ReferralTask): Promise<void> {
  const documents = await tx.readMany(task.input.map((id) => `DocumentReference/${id}`))
  await tx.write(
    [...documents.values()].flatMap((d) => {
      const facts = documentFacts(d.resource())
      if (facts.enteredInError) return []
      const patient = { reference: task.patient ?? '', display: facts.patient.display }
      return [{ kind: 'update' as const, id: d.id, ifChanged: true, resource: documentReference({ ...facts, patient }) }]
    }),
  )
}

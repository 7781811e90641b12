/** The papers that come with a thread, filed at this site. Their bytes are here already. */
import { refuse } from '@yba/fhir'
import { readDocument, readEnvelope } from '@yba/forms'
import type { Site } from '../../site.ts'
import type { Stored, Transaction } from '../../store/types.ts'
import {
  addSignatures,
  type DocumentFacts,
  documentFacts,
  fileDocument,
  keepIssues,
  lookFor,
  markReplaced,
  paperIssues,
  type Seen,
} from '../documents/index.ts'
import type { CarriedDocument, ThreadState } from '../exchange/contract.ts'
import { slipThread } from './child.ts'
import { moveOutcome } from './moved-outcome.ts'
import { PAPER_OTHER_CONTENT } from './outcomes.ts'
import { slipFiled } from './slip-scan.ts'
import type { ReferralTask } from './task.ts'
import { carriedFacts } from './versions.ts'

/**
 * Files the papers of a thread that are not here yet; those that are take the signatures they have collected. Throws
 * `paper-other-content`.
 */
export async function filePapers(
  site: Site,
  tx: Transaction,
  state: ThreadState,
  task: ReferralTask,
): Promise<{ lists: Pick<ReferralTask, 'input' | 'output'>; newOutcome: boolean }> {
  const input = [...task.input]
  const output = [...task.output]
  let newOutcome = false
  for (const document of state.documents.toSorted((a, b) => a.version - b.version)) {
    const seen = await lookFor(tx, document, document.digest, document.signatures)
    const { known } = seen
    if (known && isOther(known, document)) {
      // Its correction has come: ours stays as it is, and the story goes on with the newer version.
      if (state.documents.some((d) => isNewer(d, document))) continue
      throw refuse(PAPER_OTHER_CONTENT, { number: document.number, version: document.version })
    }
    const stored = known ? await refreshed(tx, known, document, state, seen) : await filed(site, tx, document, task, state, seen)
    const list = document.kind === 'outcome' ? output : input
    if (list.includes(stored.id)) continue
    list.push(stored.id)
    if (document.kind === 'outcome') newOutcome = true
  }
  return { lists: { input, output }, newOutcome }
}

/**
 * A number and version that stand here with other words: their issuer and the hub were put back to different hours, and it
 * was written once more. No signature may hang on words it was not made for.
 */
const isOther = (known: Stored, document: CarriedDocument): boolean => documentFacts(known.resource()).digest !== document.digest

const isNewer = (one: CarriedDocument, than: CarriedDocument): boolean =>
  one.issuer === than.issuer && one.number === than.number && one.version > than.version

/** Papers of ours come back as we sent them; papers of others may have collected signatures. */
async function refreshed(tx: Transaction, known: Stored, document: CarriedDocument, state: ThreadState, seen: Seen): Promise<Stored> {
  await addSignatures(tx, known, document.signatures, seen.acts)
  return moveOutcome(tx, known, state)
}

async function filed(
  site: Site,
  tx: Transaction,
  document: CarriedDocument,
  task: ReferralTask,
  state: ThreadState,
  seen: Seen,
): Promise<Stored> {
  const text = (await site.store.blobs.get(document.digest, { recent: true })).toString('utf8')
  const content = readDocument(text)
  const issues = await keepIssues(tx, document.digest, paperIssues(content), state.thread)
  const facts: DocumentFacts = {
    ...(issues ? { issues } : {}),
    ...carriedFacts(document, content, readEnvelope(text), tx.now),
    title: document.title,
    patient: { ...(task.patient ? { reference: task.patient } : {}), display: content.patient.name },
    ...(task.encounter ? { encounter: task.encounter } : {}),
    thread: document.kind === 'outcome' ? state.thread : slipThread(state.thread),
    addressed: [state.from, state.to],
  }
  const stored = await fileDocument(tx, facts, document.signatures, seen)
  if (document.kind === 'referral') await slipFiled(tx, document)
  await markReplaced(tx, facts)
  tx.emit({ kind: 'document.filed', thread: `DocumentReference/${stored.id}`, payload: { document: stored.id } })
  return stored
}

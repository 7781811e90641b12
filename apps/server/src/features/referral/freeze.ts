/** From draft to document: composed once, frozen as bytes, rendered, and its signatures asked for. */
import { randomUUID } from 'node:crypto'
import { composeDocument, renderPdf } from '@yba/forms'
import { contentDigest } from '@yba/signing'
import { type PaperContent, REQUIRED_SIGNATURES } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { type DocumentFacts, fileDocument } from '../documents/index.ts'
import { openRequests } from '../sign-tray/index.ts'
import type { ReferralTask } from './task.ts'

export type FrozenPaper = Omit<DocumentFacts, 'patient' | 'encounter' | 'thread'>

/** Composes and renders a paper and puts both as blobs; nothing refers to them until `filePaper` commits. */
export async function freeze(site: Site, content: PaperContent, version = 1): Promise<FrozenPaper> {
  const at = site.clock.now()
  const composed = composeDocument(content, { bundleId: randomUUID(), compositionId: randomUUID(), at: at.toISOString(), version })
  const bytes = Buffer.from(composed.text, 'utf8')
  const printed = await renderPdf(composed.text)
  return {
    kind: content.kind,
    title: composed.title,
    issuer: content.from,
    number: content.kind === 'referral' ? content.numbers.slip : content.number,
    version,
    digest: await site.store.blobs.put(bytes),
    contentDigest: contentDigest(composed.text),
    pdf: await site.store.blobs.put(printed.pdf),
    fields: printed.fields,
    date: at.toISOString(),
  }
}

/** Files a frozen paper under its Task and opens the requests to sign; gives the DocumentReference id. */
export async function filePaper(tx: Transaction, paper: FrozenPaper, task: ReferralTask, taskId: string): Promise<string> {
  const document = await fileDocument(
    tx,
    {
      ...paper,
      patient: { ...(task.patient ? { reference: task.patient } : {}), display: task.person.name },
      ...(task.encounter ? { encounter: task.encounter } : {}),
      thread: { issuer: task.issuer.code, number: task.number },
    },
    [],
  )
  await openRequests(tx, document.id, taskId, REQUIRED_SIGNATURES[paper.kind])
  return document.id
}

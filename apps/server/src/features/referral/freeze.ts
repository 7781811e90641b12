/** From draft to document: composed once, frozen as bytes, rendered, and its signatures asked for. */
import { randomUUID } from 'node:crypto'
import { composeDocument, renderPdf } from '@yba/forms'
import { contentDigest, makeSlip, slipCode } from '@yba/signing'
import { type PaperContent, referralValidity, requiredSignatures } from '@yba/vietnam'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { publicAddress } from '../directory/index.ts'
import { type DocumentFacts, fileDocument } from '../documents/index.ts'
import { openRequests } from '../sign-tray/index.ts'
import { localDateTime } from './local-time.ts'
import type { ReferralTask } from './task.ts'
import { type NextVersion, sourceFacts } from './versions.ts'

export type FrozenPaper = Omit<DocumentFacts, 'patient' | 'encounter' | 'thread'>

/** Composes and renders a paper and puts both as blobs; nothing refers to them until `filePaper` commits. */
export async function freeze(site: Site, content: PaperContent, next: NextVersion = { version: 1 }): Promise<FrozenPaper> {
  const at = site.clock.now()
  const { version, relates, corrects } = next
  const composed = composeDocument(content, {
    bundleId: randomUUID(),
    compositionId: randomUUID(),
    at: at.toISOString(),
    version,
    ...(relates ? { replaces: relates } : {}),
    ...(corrects ? { correction: corrects } : {}),
  })
  const bytes = Buffer.from(composed.text, 'utf8')
  const digest = await site.store.blobs.put(bytes)
  const code = await printedCode(site, content, digest, at)
  const printed = renderPdf(composed.text, code ? { slipCode: code } : {})
  return {
    kind: content.kind,
    title: composed.title,
    issuer: content.from,
    number: content.kind === 'referral' ? content.numbers.slip : content.number,
    version,
    ...(next.replaces ? { replaces: next.replaces } : {}),
    ...(next.correction ? { correction: next.correction } : {}),
    ...sourceFacts(content),
    pending: true,
    digest,
    contentDigest: contentDigest(composed.text),
    pdf: await site.store.blobs.put(printed.pdf),
    fields: printed.fields,
    date: at.toISOString(),
  }
}

const SEX = { '1': 'male', '2': 'female', '3': 'unknown' } as const

/** The text of the slip's QR: proves its origin without a line; not a legal signature, no clinical content. */
export async function printedCode(site: Site, content: PaperContent, digest: string, at: Date): Promise<string | undefined> {
  if (content.kind !== 'referral' || !site.keys.slip) return undefined
  const validity = referralValidity({ signedOn: localDateTime(at), oneYear: content.oneYear })
  const token = makeSlip(
    {
      number: content.numbers.slip,
      issuer: content.from.code,
      validFrom: validity.from,
      validUntil: validity.until,
      digest,
      birthYear: Number(content.patient.birthDate.slice(0, 4)),
      sex: SEX[content.patient.sex],
    },
    site.keys.slip,
  )
  return slipCode(await publicAddress(site), token)
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
      addressed: [task.issuer.code, task.to.code],
    },
    [],
  )
  await openRequests(tx, document.id, taskId, requiredSignatures(paper.kind, paper.source))
  return document.id
}

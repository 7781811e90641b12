/** Answers to the entries of a bundle; resources keep the text they are stored in. */
import { STATUS_CODES } from 'node:http'
import { OutcomeError, operationOutcome } from '@yba/fhir'
import type { Stored } from '../../../store/types.ts'
import { etag, foundFinding, writtenFinding } from '../answers.ts'
import type { Preference } from '../prefer.ts'
import type { Done } from '../writes.ts'

export interface EntryAnswer {
  status: number
  location?: string
  etag?: string
  lastModified?: string
  outcome?: object
  /** JSON text. */
  resource?: string
}

/** How the client wants to be answered. */
export interface Wanted {
  return?: Preference['return']
  lang: 'vi' | 'en'
}

const versionOf = (stored: Stored): Pick<EntryAnswer, 'etag' | 'lastModified'> => ({
  etag: etag(stored),
  lastModified: stored.lastUpdated.toISOString(),
})

/** What a write answers: where it is, in which version; more where it is preferred. */
export function writeAnswer(done: Done, wanted: Wanted): EntryAnswer {
  if (done.kind === 'nothing' || done.kind === 'deleted') return { status: 204 }
  const stored = done.kind === 'found' ? done.stored : done.result
  const location =
    stored.versionId > 0 ? { location: `${stored.type}/${stored.id}/_history/${stored.versionId}`, ...versionOf(stored) } : {}
  const said = done.kind === 'found' ? foundFinding(stored) : writtenFinding(stored)
  return {
    status: stored.deleted ? 204 : done.kind === 'written' && done.created ? 201 : 200,
    ...location,
    ...(wanted.return === 'OperationOutcome' ? { outcome: operationOutcome([said], wanted.lang) } : {}),
    ...(wanted.return === 'representation' && !stored.deleted ? { resource: stored.text } : {}),
  }
}

/** What a read answers. */
export const readAnswer = (stored: Stored, resource: string): EntryAnswer => ({ status: 200, resource, ...versionOf(stored) })

/** The reader has it already. */
export const unchangedAnswer = (stored: Stored): EntryAnswer => ({ status: 304, ...versionOf(stored) })

/** A refusal of one entry; what nobody foresaw is not one. */
export function refusedAnswer(error: unknown, { lang }: Wanted): EntryAnswer {
  if (!(error instanceof OutcomeError)) throw error
  return { status: error.http, outcome: operationOutcome(error.findings, lang) }
}

function entryText({ resource, status, ...response }: EntryAnswer): string {
  const said = JSON.stringify({ status: `${status} ${STATUS_CODES[status] ?? ''}`.trim(), ...response })
  return resource === undefined ? `{"response":${said}}` : `{"resource":${resource},"response":${said}}`
}

export const responseBundle = (type: 'transaction-response' | 'batch-response', answers: readonly EntryAnswer[]): string =>
  `{"resourceType":"Bundle","type":"${type}"${answers.length > 0 ? `,"entry":[${answers.map(entryText).join(',')}]` : ''}}`

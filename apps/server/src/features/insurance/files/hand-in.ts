/** POST /fhir/$import-claim: one claim file, as raw XML or as the one file of a form. */
import { setTimeout as delay } from 'node:timers/promises'
import { CLAIM_LIMITS } from '@yba/vietnam'
import type { Caller } from '../../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../../feature.ts'
import type { FindingView } from '../../referral/contract.ts'
import type { ImportAnswer, TakenAnswer } from '../contract.ts'
import { jsonReport } from './report.ts'
import { type FileRow, fileById } from './tables.ts'
import { type FileOrigin, plainName, takeFile } from './take.ts'
import { fileView } from './views.ts'
import { ringWorker } from './worker.ts'

/** Bytes of one file; ten thousand records of a hospital's mix are some 420 MB. */
export const MOST_BYTES = CLAIM_LIMITS.file / 2
const LOOK_MS = 250

const isOpen = (file: FileRow): boolean => file.state === 'waiting' || file.state === 'reading'

/** A file refused by name leaves its trace at the door; one that hides its bomb in a table of a record leaves it here. */
async function traceBomb({ site, caller }: OperationContext, answer: ImportAnswer): Promise<void> {
  const bomb = answer.records.flatMap((r) => r.findings).find((f) => f.code === 'claim-doctype' || f.code === 'claim-too-large')
  if (bomb) await site.store.audit.record(caller, { action: 'refused', outcome: bomb.code, detail: `claim ${bomb.path ?? ''}`.trim() })
}

/** 422 when every record was refused. */
const statusOf = (records: number, refused: number): number => (records > 0 && refused === records ? 422 : 200)

/** The refusal of a whole file as it would have been answered at once. */
function refusal(file: FileRow, lang: 'vi' | 'en'): OperationAnswer {
  const issue = file.findings.map((f: FindingView) => ({
    severity: f.severity,
    code: 'processing',
    details: { coding: [{ code: f.code }], text: f[lang] },
    diagnostics: f.cure[lang],
    ...(f.path ? { expression: [f.path] } : {}),
  }))
  return { status: 422, json: { resourceType: 'OperationOutcome', issue }, contentType: 'application/fhir+json; charset=utf-8' }
}

/** What became of a file that is closed. */
function verdictOf(context: OperationContext, file: FileRow): OperationAnswer {
  if (file.state === 'refused') return refusal(file, context.lang)
  const seen = (patients: string[]) =>
    context.site.store.audit.record(context.caller, { action: 'read', patients, outcome: 'ok', detail: `claim file ${file.id}` })
  const { created, updated, unchanged, refused } = file
  return {
    status: statusOf(created + updated + unchanged + refused, refused),
    pieces: jsonReport(context.site, file, seen),
    contentType: 'application/json; charset=utf-8',
  }
}

export const takenAnswer = (file: FileRow): OperationAnswer => ({
  status: 202,
  json: { file: fileView(file) } satisfies TakenAnswer,
  headers: { 'content-location': `/fhir/$received-file?id=${file.id}` },
})

/**
 * A small file is judged while its sender waits. A larger one is on disk here when this answers: with 202 where the sender
 * asked not to wait (`Prefer: respond-async`), else with the verdict, when there is one.
 */
async function handIn(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query, headers } = context
  const sent = decodeURIComponent(String(headers['x-file-name'] ?? ''))
  const taken = await takeFile(site, caller, context.stream, originOf(caller, query, sent))
  if ('answer' in taken) {
    await traceBomb(context, taken.answer)
    const refused = taken.answer.records.filter((r) => r.result === 'refused').length
    return { status: statusOf(taken.answer.records.length, refused), json: taken.answer }
  }
  ringWorker(site)
  if (/\brespond-async\b/.test(String(headers.prefer ?? ''))) return takenAnswer(taken.waiting)
  for (;;) {
    const file = await fileById(site.store, taken.waiting.id)
    if (!file || !isOpen(file)) return verdictOf(context, file ?? taken.waiting)
    await delay(LOOK_MS, undefined, { signal: context.signal })
  }
}

/** Whence a file comes, as its sender says. */
export function originOf(caller: Caller, query: URLSearchParams, sentName = ''): FileOrigin {
  const folder = plainPath(query.get('folder') ?? '')
  const delivery = (query.get('delivery') ?? '').slice(0, 100)
  return {
    name: query.get('name') ?? sentName,
    cameBy: caller.kind === 'user' ? 'desk' : folder ? 'folder' : 'program',
    ...(folder ? { folder } : {}),
    ...(delivery ? { delivery } : {}),
  }
}

/** A folder as its program names it, on one line. */
export const plainPath = (path: string): string =>
  path
    .replaceAll(/\p{Cc}/gu, ' ')
    .normalize('NFC')
    .trim()
    .slice(0, 400)

export const handInOperation: Operation = {
  name: '$import-claim',
  level: 'system',
  method: 'POST',
  permission: 'claim.import',
  body: 'stream',
  bodyLimit: MOST_BYTES,
  handle: handIn,
}

export { isOpen, plainName }

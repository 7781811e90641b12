/** Doors of received files: the list, one file, its report, and what a watched folder tells of itself. */
import { defineOutcome, refuse } from '@yba/fhir'
import { foldName } from '@yba/vietnam'
import type { Caller } from '../../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../../feature.ts'
import type { ReceivedFileAnswer, ReceivedFilesAnswer } from '../contract.ts'
import { handInOperation, isOpen, plainPath, takenAnswer } from './hand-in.ts'
import { FILE_UNKNOWN } from './outcomes.ts'
import { pieceOperation } from './pieces.ts'
import { csvReport, jsonReport, linesReport } from './report.ts'
import { putWatch, watches } from './tables/watches.ts'
import { countFiles, type FileFilter, type FileRow, fileById, findingKinds, listFiles, recordsAfter } from './tables.ts'
import { fileView, recordView, watchView } from './views.ts'

const PAGE = 50
const RECORDS = 50
const KINDS_SHOWN = 40
const COUNTED_MS = 30 * 86_400_000

const ASKED_WRONG = defineOutcome({
  code: 'claim-file-asked-wrong',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Tham số {what} không đọc được.',
  en: 'The parameter {what} cannot be read.',
  cure: { vi: 'Xem docs/operations.md, mục tệp của HIS.', en: 'See docs/operations.md, files of the HIS.' },
})

/** A program sees what it handed in itself; people of the desk see all. */
const ownOnly = (caller: Caller): { caller?: string } => (caller.role === 'program' ? { caller: caller.id } : {})

function numberOf(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^\d{1,15}$/.test(text)) throw refuse(ASKED_WRONG, { what: name })
  return text
}

async function fileOf({ site, caller, query }: OperationContext): Promise<FileRow> {
  const id = numberOf(query, 'id')
  const file = id === undefined ? undefined : await fileById(site.store, id)
  const { caller: own } = ownOnly(caller)
  if (!file || (own !== undefined && file.caller !== own)) throw refuse(FILE_UNKNOWN)
  return file
}

const KINDS: Record<string, FileFilter['kind']> = { running: 'running', look: 'look', taken: 'taken' }

/** GET /fhir/$received-files: what came, the newest first. */
async function list({ site, caller, query }: OperationContext): Promise<OperationAnswer> {
  const q = (query.get('q') ?? '').trim().slice(0, 100)
  const kind = KINDS[query.get('kind') ?? '']
  const before = numberOf(query, 'before')
  const own = ownOnly(caller)
  const filter: FileFilter = {
    ...own,
    ...(q ? { text: foldName(q), maLk: q } : {}),
    ...(kind ? { kind } : {}),
    ...(before ? { before } : {}),
  }
  const now = site.clock.now()
  const [rows, counts, folders] = await Promise.all([
    listFiles(site.store, filter, PAGE + 1),
    countFiles(site.store, new Date(now.getTime() - COUNTED_MS), own.caller),
    watches(site.store),
  ])
  const shown = rows.slice(0, PAGE)
  const answer: ReceivedFilesAnswer = {
    rows: shown.map(fileView),
    ...(rows.length > PAGE ? { next: shown.at(-1)?.id ?? '' } : {}),
    counts,
    folders: folders.filter((w) => own.caller === undefined || w.caller === own.caller).map((w) => watchView(w, now)),
  }
  return { json: answer }
}

/** GET /fhir/$received-file?id=: one file and a page of its records. */
async function one(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query } = context
  const file = await fileOf(context)
  const result = query.get('result') === 'refused' ? 'refused' : undefined
  const maLk = (query.get('maLk') ?? '').trim()
  const after = Number(numberOf(query, 'after') ?? 0)
  const [[listed], kinds, rows] = await Promise.all([
    listFiles(site.store, { before: String(BigInt(file.id) + 1n) }, 1),
    findingKinds(site.store, file.id, KINDS_SHOWN),
    recordsAfter(site.store, file.id, after, RECORDS + 1, { ...(result ? { result } : {}), ...(maLk ? { maLk } : {}) }),
  ])
  const shown = rows.slice(0, RECORDS)
  const patients = [...new Set(shown.flatMap((r) => r.patient ?? []))]
  await site.store.audit.record(caller, { action: 'read', patients, outcome: 'ok', detail: `claim file ${file.id}` })
  const answer: ReceivedFileAnswer = {
    file: fileView(listed ?? file),
    kinds,
    records: shown.map(recordView),
    ...(rows.length > RECORDS ? { next: shown.at(-1)?.at ?? 0 } : {}),
  }
  return { json: answer }
}

/**
 * GET /fhir/$received-file-report?id=&format=csv|json|lines: what became of each record. While the file is under way the
 * formats for programs answer 202; a report is 200, also that of a file that was refused.
 */
async function report(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query, lang } = context
  const file = await fileOf(context)
  const format = query.get('format') ?? 'json'
  const seen = (patients: string[]) =>
    site.store.audit.record(caller, { action: 'read', patients, outcome: 'ok', detail: `claim file report ${file.id}` })
  if (format !== 'csv' && isOpen(file)) return takenAnswer(file)
  if (format === 'lines') return { pieces: linesReport(site, file, seen), contentType: 'application/x-ndjson; charset=utf-8' }
  if (format !== 'csv') return { pieces: jsonReport(site, file, seen), contentType: 'application/json; charset=utf-8' }
  return {
    pieces: csvReport(site, file, lang, seen),
    contentType: 'text/csv; charset=utf-8',
    headers: { 'content-disposition': `attachment; filename="bao-cao-${file.id}.csv"` },
  }
}

/**
 * POST /fhir/$watched-folder {folder, host, waiting, oldestSeconds?, lookedSeconds?, trouble?}: a program tells that it looks,
 * or what keeps it from looking. It tells how long ago, not when: its clock need not be ours.
 */
async function watched({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const said = (json ?? {}) as Record<string, unknown>
  const text = (name: string, most: number): string => {
    const value = said[name]
    if (typeof value !== 'string' || plainPath(value) === '' || value.length > most) throw refuse(ASKED_WRONG, { what: name })
    return plainPath(value)
  }
  const count = (name: string): number => {
    const value = said[name]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 1e9) throw refuse(ASKED_WRONG, { what: name })
    return value
  }
  const now = site.clock.now()
  const ago = (name: string): Date | null => (said[name] === undefined ? null : new Date(now.getTime() - count(name) * 1000))
  const row = {
    caller: caller.id,
    by: caller.display,
    folder: text('folder', 400),
    host: text('host', 200),
    waiting: count('waiting'),
    trouble: said.trouble === undefined ? null : text('trouble', 60),
    looked_at: ago('lookedSeconds'),
    oldest_at: ago('oldestSeconds'),
  }
  await putWatch(site.store, row, now)
  return { status: 204 }
}

const read = { level: 'system', method: 'GET', permission: 'claim.import', body: 'none' } as const

export const fileOperations: readonly Operation[] = [
  handInOperation,
  pieceOperation,
  { ...read, name: '$received-files', handle: list },
  { ...read, name: '$received-file', handle: one },
  { ...read, name: '$received-file-report', handle: report },
  { ...read, name: '$watched-folder', method: 'POST', body: 'json', handle: watched },
]

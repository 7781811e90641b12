/** One received file, from its first record to its end; it goes on where a death left it. */
import { finding, OutcomeError } from '@yba/fhir'
import { looksLikeJson } from '@yba/vietnam'
import type { Caller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import { willPass } from '../../../storage-fault.ts'
import { findingView } from '../../referral/index.ts'
import type { ImportedRecord } from '../contract.ts'
import { importRecord, namesByLicence } from '../import-claim.ts'
import { type ClaimBytes, type ReadRecord, readFile } from '../read-file.ts'
import { judgeReceipts } from '../receipts/judge.ts'
import { endFile } from './close.ts'
import { RECORD_TROUBLE } from './outcomes.ts'
import { type FileRow, judgedSoFar, noteRecord, noteTrouble, putHead } from './tables.ts'

/** So often a record may stop its file by a fault of ours before the others go past it. */
const TRIES = 3

const NOTHING = { created: 0, updated: 0, unchanged: 0, removed: 0 }

/** The work was ended without a verdict: the site stops, or another process has the file by now. */
export class LetGo extends Error {}

export interface Judging {
  site: Site
  caller: Caller
  file: FileRow
  from: ClaimBytes
  /** Each record as it is judged, for who waits for all of them. */
  each?: (record: ImportedRecord) => void
  /** Asked before each record; false ends the work with `LetGo`. */
  mayGoOn?: () => boolean
}

/** What a fault of ours is called in a report; its words may quote patients. */
export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'Error'
}

/**
 * Judges a file to its end and closes its row, which is given. A file refused as a whole is closed as refused, one that
 * cannot be read on behind some records as stopped. Throws the OutcomeError that refused it, `LetGo`, and what kept it
 * from going on (the database away, a full disk): then its row stays open.
 */
export async function judgeFile(work: Judging): Promise<FileRow> {
  const { site, file, from } = work
  if ('bytes' in from && looksLikeJson(from.bytes)) return judgeReceipts(site, file, from.bytes, work.each)
  const before = await judgedSoFar(site.store, file.id)
  const names = await namesByLicence(site)
  let last = before.last
  const each = async (read: ReadRecord): Promise<void> => {
    if (work.mayGoOn?.() === false) throw new LetGo()
    await judgeRecord(work, read, names)
    last = read.row
  }
  try {
    await readFile(
      work.from,
      {
        each,
        head: async ({ layout, facility, count, findings }) => {
          if (work.mayGoOn?.() === false) throw new LetGo()
          await putHead(site.store, file.id, { layout, facility, total: count, findings: findings.map(findingView) })
        },
      },
      { row: before.last, seen: before.maLks },
    )
  } catch (error) {
    if (error instanceof OutcomeError) {
      const state = last > 0 ? 'stopped' : 'refused'
      await endFile(site, file.id, state, error.findings.map(findingView))
    }
    throw error
  }
  return (await endFile(site, file.id, 'done')) ?? file
}

async function judgeRecord({ site, caller, file, each }: Judging, read: ReadRecord, names: ReadonlyMap<string, string>): Promise<void> {
  const place = { file: file.id, row: read.row }
  if ('finding' in read) {
    const empty = { maLk: '', result: 'empty', resources: NOTHING, findings: [findingView(read.finding)] } as const
    await noteRecord(site.store, place.file, place.row, { ...empty, findings: [...empty.findings] })
    return
  }
  try {
    const judged = await importRecord(site, caller, { ...read, names }, place)
    each?.(judged)
  } catch (error) {
    // A database or disk that is away says nothing of the record: the file waits, however often.
    if (willPass(error)) throw error
    const what = codeOf(error)
    if ((await noteTrouble(site.store, file.id, read.row, what)) < TRIES) throw error
    const said = [findingView(finding(RECORD_TROUBLE, { row: read.row, what }))]
    const refused: ImportedRecord = { maLk: read.record.maLk, result: 'refused', resources: NOTHING, findings: said }
    await noteRecord(site.store, place.file, place.row, refused)
    each?.(refused)
  }
}

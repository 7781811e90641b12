/** The reader: bytes of a claim file to records, one after the other; never more than one of them has to lie in memory. */

import { type Finding, finding, OutcomeError, refuse } from '@yba/fhir'
import {
  claimContent,
  claimCount,
  claimLayoutUnknown,
  claimRecordEmpty,
  claimRecordTwice,
  claimRoot,
  claimTableTwice,
  claimTableUnknown,
  claimTooLarge,
} from '../outcomes.ts'
import { layoutOn } from '../tables/in-force.ts'
import { claimTable, type Layout } from '../tables/index.ts'
import type { ClaimFile, ClaimHead, ClaimRecord, Row } from '../types.ts'
import { writeTable } from '../write/write.ts'
import { tableText } from './content.ts'
import { LIMITS, openingOf, surveyFile, textOf } from './decode.ts'
import { recordDigest } from './digest.ts'
import { type EnvelopeFile, type EnvelopeHead, envelopeSteps, rootName, withoutLeadingBlanks } from './envelope.ts'
import { readHidden } from './hidden.ts'
import { detectLayout } from './layout.ts'
import { readLetters } from './letters.ts'
import { readRows } from './rows.ts'
import { bytesSource, type ClaimSource } from './source.ts'

type Draft = Omit<ClaimRecord, 'layout'> & { layout: Layout | null }
/** Tables that came as bytes of an old font. */
type EightBit = Set<string>

function readTable(file: EnvelopeFile, draft: Draft, unknownRaw: Record<string, string>, old: EightBit): void {
  const name = file.name || 'LOAIHOSO'
  const content = tableText(file)
  if ('problem' in content) {
    draft.findings.push(finding(claimContent, { table: name, detail: content.problem }, name))
    return
  }
  if (content.xml === '') return
  if (name in draft.raw) {
    draft.findings.push(finding(claimTableTwice, { table: name }, name))
    return
  }
  draft.raw[name] = content.xml
  const table = claimTable(name)
  if (!table) {
    unknownRaw[name] = content.xml
    draft.findings.push(finding(claimTableUnknown, { table: name }, name))
    return
  }
  const { rows, findings } = readRows(content.xml, table)
  if (content.eightBit) old.add(name)
  draft.tables[name] = rows
  draft.findings.push(...findings)
}

function readRecord(files: EnvelopeFile[], facility: string, eightBit: boolean): Draft {
  const draft: Draft = { maLk: '', facility, layout: null, tables: {}, raw: {}, digest: '', findings: [] }
  const unknownRaw: Record<string, string> = {}
  const old: EightBit = new Set()
  for (const file of files) readTable(file, draft, unknownRaw, old)
  // Before the digest: the same record sent again in Unicode, or without what nobody sees, is the same record.
  draft.findings.push(...readLetters(draft.tables, (table) => eightBit || old.has(table)), ...readHidden(draft.tables))
  const first = draft.tables.XML1?.[0] ?? Object.values(draft.tables)[0]?.[0]
  draft.maLk = first?.MA_LK ?? ''
  draft.facility = facility || (first?.MA_CSKCB ?? '')
  draft.layout = detectLayout(draft.tables)
  draft.digest = recordDigest(draft.facility, draft.tables, unknownRaw)
  return draft
}

/** Check-in file: XML0 alone, one record per encounter it names. */
function readCheckIn(text: string, eightBit: boolean): ClaimFile {
  const source = text.trimStart()
  const table = claimTable('XML0')
  if (!table) throw new Error('XML0 is not defined')
  const { rows, findings } = readRows(source, table)
  const broken = findings.filter((f) => f.definition.severity === 'fatal' || f.definition.severity === 'error')
  const bad = broken[0]
  if (bad) throw new OutcomeError([bad])
  findings.push(...readLetters({ XML0: rows }, () => eightBit), ...readHidden({ XML0: rows }))
  const groups = Map.groupBy(rows, (row) => row.MA_LK ?? '')
  const records = [...groups].map(([maLk, mine]): ClaimRecord => {
    const facility = mine[0]?.MA_CSKCB ?? ''
    // A list of a whole morning names many persons: each record keeps its own rows only.
    const own = groups.size === 1 ? source : writeTable('XML0', mine, '4750')
    const tables: Record<string, Row[]> = { XML0: mine }
    return {
      maLk,
      facility,
      layout: '4750',
      tables,
      raw: { XML0: own },
      digest: recordDigest(facility, tables, {}),
      findings: [...findings],
    }
  })
  return { facility: records[0]?.facility ?? '', layout: 'unknown', records, findings: [] }
}

const isEmpty = (draft: Draft): boolean => Object.keys(draft.raw).length === 0 && draft.findings.length === 0

/** Characters of records kept from the first look: a file of few records is parsed once only. */
const KEPT = 2 * 1024 * 1024

const lengthOf = (files: EnvelopeFile[]): number => files.reduce((n, f) => n + f.text.length + (f.inline?.length ?? 0), 0)

interface FirstLook {
  head: EnvelopeHead
  /** The first layout that a record shows. */
  layout: Layout | 'unknown'
  /** All records, when they are few. */
  kept: EnvelopeFile[][] | null
  /** The first record that holds something, as it was read: most files hold one only. */
  first: { row: number; draft: Draft } | null
  held: number
}

/** Through the whole file once, keeping little: broken or hostile files are refused before any record of them is used. */
function* firstLook(source: ClaimSource, eightBit: boolean): Generator<undefined, FirstLook> {
  let kept: EnvelopeFile[][] | null = []
  let room = KEPT
  let layout: Layout | null = null
  let first: FirstLook['first'] = null
  let held = 0
  let row = 0
  const steps = envelopeSteps(withoutLeadingBlanks(textOf(source, eightBit)))
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return { head: step.value, layout: layout ?? 'unknown', kept, first, held }
    for (const files of step.value) {
      row++
      room -= lengthOf(files)
      if (kept && room >= 0) kept.push(files)
      else kept = null
      if (layout !== null && held > 0) continue
      const draft = readRecord(files, '', eightBit)
      yield
      if (isEmpty(draft)) continue
      if (held++ === 0) first = { row, draft }
      layout = draft.layout
    }
    yield
  }
}

function headOf(look: FirstLook): ClaimHead {
  const { head, layout } = look
  if (head.root !== 'GIAMDINHHS') throw refuse(claimRoot, { root: head.root.slice(0, 60) })
  const findings: Finding[] = []
  if (look.held > 0 && layout === 'unknown') findings.push(finding(claimLayoutUnknown))
  if (head.count !== '' && Number(head.count) !== head.records)
    findings.push(finding(claimCount, { value: head.count.slice(0, 12), found: head.records }, 'SOLUONGHOSO'))
  return {
    facility: head.facility || (look.first?.draft.facility ?? ''),
    layout,
    ...(head.madeOn === '' ? {} : { madeOn: head.madeOn }),
    count: head.records,
    findings,
  }
}

/** The first record as the first look has read it, unless the file's head gives it another facility. Given once. */
function readAgain(look: FirstLook, row: number): Draft | null {
  const { first, head } = look
  if (first?.row !== row) return null
  look.first = null
  return head.facility === '' || head.facility === first.draft.facility ? first.draft : null
}

function* recordsOf(look: FirstLook, source: ClaimSource, eightBit: boolean): Generator<EnvelopeFile[][]> {
  if (look.kept) for (const files of look.kept) yield [files]
  else yield* envelopeSteps(withoutLeadingBlanks(textOf(source, eightBit)))
}

/** What reading a file gives, in this order: nothing (others may have their turn), once the head, then records and what is said of the file. */
export type ClaimStep = { head: ClaimHead } | { record: ClaimRecord; row: number } | { finding: Finding; row: number } | undefined

/** Where an interrupted reading goes on: behind so many records, these MA_LK among them. */
export interface ReadFrom {
  row: number
  seen: Iterable<string>
}

/** No sign in the whole file: the layout in force when the stay ended, else when the file was made. */
const layoutByDate = (draft: Draft, madeOn: string): Layout => layoutOn(draft.tables.XML1?.[0]?.NGAY_RA || madeOn)

/**
 * Reads a claim file (GIAMDINHHS, or XML0 alone) of QĐ 130 as amended by QĐ 4750 or QĐ 3176, record by record. What
 * refuses the file as a whole is thrown before the head is given.
 * @param source UTF-8 or the bytes of an old font (TCVN3, VNI), tables as base64 (with or without byte-order mark), CDATA, escaped or inline XML
 * @returns records with exact texts, those of old fonts in Unicode with a finding for each column; problems of single tables are findings of their record
 * @throws OutcomeError claim-encoding, claim-doctype, claim-malformed, claim-too-large, claim-root
 */
export function* claimSteps(source: ClaimSource, from: ReadFrom = { row: 0, seen: [] }): Generator<ClaimStep, void> {
  const { eightBit } = yield* surveyFile(source)
  if (rootName(openingOf(source, OPENING)) === 'CHI_TIEU_TRANG_THAI_KCB') {
    if (source.size > LIMITS.table) throw refuse(claimTooLarge, { what: 'XML0', limit: LIMITS.table })
    const { records, ...file } = readCheckIn([...textOf(source, eightBit)].join(''), eightBit)
    yield { head: { ...file, count: records.length } }
    for (const [i, record] of records.entries()) if (i >= from.row) yield { record, row: i + 1 }
    return
  }
  // Parsed before it is judged: a DOCTYPE or broken XML is named as such.
  const look = yield* firstLook(source, eightBit)
  const head = headOf(look)
  yield { head }
  const seen = new Set<string>(from.seen)
  let row = 0
  for (const whole of recordsOf(look, source, eightBit)) {
    for (const files of whole) {
      row++
      if (row <= from.row) continue
      const draft = readAgain(look, row) ?? readRecord(files, look.head.facility, eightBit)
      if (isEmpty(draft)) {
        yield { finding: finding(claimRecordEmpty, { row }), row }
        continue
      }
      if (draft.maLk !== '' && seen.has(draft.maLk)) draft.findings.push(finding(claimRecordTwice, { value: draft.maLk }, 'MA_LK'))
      seen.add(draft.maLk)
      yield {
        record: { ...draft, layout: draft.layout ?? (head.layout === 'unknown' ? layoutByDate(draft, look.head.madeOn) : head.layout) },
        row,
      }
    }
    yield
  }
}

/** Characters in which the root must show itself. */
const OPENING = 64 * 1024

function* wholeFile(bytes: Uint8Array): Generator<undefined, ClaimFile> {
  if (bytes.length > LIMITS.whole) throw refuse(claimTooLarge, { what: 'byte', limit: LIMITS.whole })
  const records: ClaimRecord[] = []
  const said: Finding[] = []
  let head: ClaimHead | undefined
  for (const step of claimSteps(bytesSource(bytes))) {
    if (step && 'record' in step) records.push(step.record)
    else if (step && 'finding' in step) said.push(step.finding)
    else if (step) head = step.head
    yield
  }
  if (!head) throw new Error('a claim file without a head')
  const { count: _, findings, ...file } = head
  return { ...file, records, findings: [...said, ...findings] }
}

/** All of a file at once, as `claimSteps` reads it. Throws the same; `claim-too-large` above 64 MB. */
export function readClaim(bytes: Uint8Array): ClaimFile {
  const steps = wholeFile(bytes)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** `readClaim` for a process that serves others meanwhile: waits for `pause` between its steps. Throws the same. */
export async function readClaimGently(bytes: Uint8Array, pause: () => Promise<unknown>): Promise<ClaimFile> {
  const steps = wholeFile(bytes)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await pause()
  }
}

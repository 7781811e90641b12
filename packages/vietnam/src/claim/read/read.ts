/** The reader: bytes of a claim file to records. */

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
} from '../outcomes.ts'
import { claimTable, type Layout } from '../tables/index.ts'
import type { ClaimFile, ClaimRecord, Row } from '../types.ts'
import { writeTable } from '../write/write.ts'
import { tableText } from './content.ts'
import { decodeFile } from './decode.ts'
import { recordDigest } from './digest.ts'
import { type EnvelopeFile, readEnvelope, rootName } from './envelope.ts'
import { detectLayout } from './layout.ts'
import { readLetters } from './letters.ts'
import { readRows } from './rows.ts'

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
  // Before the digest: the same record sent again in Unicode is the same record.
  draft.findings.push(...readLetters(draft.tables, (table) => eightBit || old.has(table)))
  const first = draft.tables.XML1?.[0] ?? Object.values(draft.tables)[0]?.[0]
  draft.maLk = first?.MA_LK ?? ''
  draft.facility = facility || (first?.MA_CSKCB ?? '')
  draft.layout = detectLayout(draft.tables)
  draft.digest = recordDigest(draft.facility, draft.tables, unknownRaw)
  return draft
}

/** Check-in file: XML0 alone, one record per encounter it names. */
function readCheckIn(source: string, eightBit: boolean): ClaimFile {
  const table = claimTable('XML0')
  if (!table) throw new Error('XML0 is not defined')
  const { rows, findings } = readRows(source, table)
  const broken = findings.filter((f) => f.definition.severity === 'fatal' || f.definition.severity === 'error')
  const bad = broken[0]
  if (bad) throw new OutcomeError([bad])
  findings.push(...readLetters({ XML0: rows }, () => eightBit))
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

function fileFindings(drafts: Draft[], layout: Layout | 'unknown', declared: string, held: number): Finding[] {
  const findings: Finding[] = []
  if (drafts.length > 0 && layout === 'unknown') findings.push(finding(claimLayoutUnknown))
  if (declared !== '' && Number(declared) !== held)
    findings.push(finding(claimCount, { value: declared.slice(0, 12), found: held }, 'SOLUONGHOSO'))
  const seen = new Set<string>()
  for (const draft of drafts) {
    if (draft.maLk !== '' && seen.has(draft.maLk)) draft.findings.push(finding(claimRecordTwice, { value: draft.maLk }, 'MA_LK'))
    seen.add(draft.maLk)
  }
  return findings
}

/**
 * Reads a claim file (GIAMDINHHS, or XML0 alone) of QĐ 130 as amended by QĐ 4750 or QĐ 3176.
 * @param bytes the file; UTF-8 or the bytes of an old font (TCVN3, VNI), tables as base64 (with or without byte-order mark), CDATA, escaped or inline XML
 * @returns records with exact texts, those of old fonts in Unicode with a finding for each column; problems of single tables are findings of their record
 * @throws OutcomeError claim-encoding, claim-doctype, claim-malformed, claim-too-large, claim-root
 */
export function readClaim(bytes: Uint8Array): ClaimFile {
  const steps = readSteps(bytes)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** `readClaim` for a process that serves others meanwhile: waits for `pause` between its steps. Throws the same. */
export async function readClaimGently(bytes: Uint8Array, pause: () => Promise<unknown>): Promise<ClaimFile> {
  const steps = readSteps(bytes)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await pause()
  }
}

function* readSteps(bytes: Uint8Array): Generator<void, ClaimFile> {
  const { text: source, eightBit = false } = decodeFile(bytes)
  const root = rootName(source)
  if (root === 'CHI_TIEU_TRANG_THAI_KCB') return readCheckIn(source, eightBit)
  // Parsed before it is judged: a DOCTYPE or broken XML is named as such.
  const envelope = yield* readEnvelope(source)
  if (envelope.root !== 'GIAMDINHHS') throw refuse(claimRoot, { root: envelope.root.slice(0, 60) })
  const findings: Finding[] = []
  const drafts: Draft[] = []
  for (const [i, files] of envelope.records.entries()) {
    const draft = readRecord(files, envelope.facility, eightBit)
    yield
    if (Object.keys(draft.raw).length === 0 && draft.findings.length === 0) findings.push(finding(claimRecordEmpty, { row: i + 1 }))
    else drafts.push(draft)
  }
  const layout = drafts.find((d) => d.layout)?.layout ?? 'unknown'
  findings.push(...fileFindings(drafts, layout, envelope.count, envelope.records.length))
  return {
    facility: envelope.facility || (drafts[0]?.facility ?? ''),
    layout,
    ...(envelope.madeOn === '' ? {} : { madeOn: envelope.madeOn }),
    records: drafts.map((d) => ({ ...d, layout: d.layout ?? (layout === 'unknown' ? '4750' : layout) })),
    findings,
  }
}

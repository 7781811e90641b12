/** What `yba conformance` tells of a folder of claim files. Holds no text of a patient: only what findings may say. */
import type { Bilingual, Severity } from '@yba/fhir'
import type { FindingView } from '../../referral/contract.ts'
import type { Use } from './uses.ts'

export interface RecordReport {
  row: number
  maLk: string
  result: 'passed' | 'refused'
  tables: Record<string, number>
  enough: Use[]
  lacks: { use: Use; what: Bilingual[] }[]
  findings: FindingView[]
}

export interface FileReport {
  name: string
  bytes: number
  /** refused: not a record of it is used. */
  state: 'read' | 'refused'
  layout: string
  facility: string
  records: number
  passed: number
  refused: number
  /** Of the file itself. */
  findings: FindingView[]
}

/** One rule at one column: `XML1.NGAY_RA`, or a table, or the file. */
export interface RuleCount {
  code: string
  severity: Severity
  place: string
  count: number
  records: number
  /** As it was said first. */
  vi: string
  en: string
  cure: Bilingual
}

export interface UseCount {
  use: Use
  /** Records it is meant for. */
  of: number
  enough: number
  lacks: (Bilingual & { records: number })[]
}

export interface ConformanceSummary {
  /** Passed: not one file and not one record is refused. */
  passed: boolean
  files: { read: number; refused: number; ignored: string[] }
  records: { passed: number; withNotes: number; refused: number }
  /** Codes of facilities the records are of. */
  facilities: string[]
  layouts: Record<string, number>
  tables: Record<string, { records: number; rows: number }>
  uses: UseCount[]
  rules: RuleCount[]
}

/** What a claim file is once read: exact text per column, and the inner XML kept as it came. */

import type { Finding } from '@yba/fhir'
import type { Layout } from './tables/index.ts'

/** One row: column name → exact text. Absent and empty columns mean the same. */
export type Row = Record<string, string>

export interface ClaimRecord {
  /** MA_LK: the encounter, unique in the facility. */
  maLk: string
  facility: string
  layout: Layout
  /** Rows per table (`XML1` …), known tables only. */
  tables: Record<string, Row[]>
  /** Inner XML text per table exactly as received, unknown tables too. */
  raw: Record<string, string>
  /** sha-256 (hex) over the contents; the same record in another carrier has the same digest. */
  digest: string
  /** What the reader found: broken tables, unknown columns. The checks add to these. */
  findings: Finding[]
}

/** What is known of a file before its records. */
export interface ClaimHead extends Omit<ClaimFile, 'records'> {
  /** Records it holds, empty ones too. */
  count: number
}

export interface ClaimFile {
  facility: string
  /** Layout of the file; `unknown` when nothing in it tells the two layouts apart. */
  layout: Layout | 'unknown'
  /** NGAYLAP */
  madeOn?: string
  records: ClaimRecord[]
  /** What is wrong or odd about the file itself. */
  findings: Finding[]
}

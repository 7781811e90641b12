/** Answer of POST /fhir/$import-claim, shared with the web app (types only). */
import type { FindingView } from '../referral/contract.ts'

export interface ImportedRecord {
  maLk: string
  patient?: { id: string; name: string; mrn: string }
  encounter?: string
  /** unchanged: the same record again; refused: nothing of it was written. */
  result: 'created' | 'updated' | 'unchanged' | 'refused'
  resources: { created: number; updated: number; unchanged: number; removed: number }
  /** Task in the signing tray, when the record holds XML13. */
  referral?: { id: string; number: string }
  findings: FindingView[]
}

export type Issue = FindingView

/** GET /fhir/$claim-issues: records that were taken although something about them is odd, the newest first. */
export interface ClaimIssuesAnswer {
  rows: { maLk: string; patient: string; at: string; findings: Issue[] }[]
}

export interface ImportAnswer {
  file: { name?: string; sha256: string; layout: '4750' | '3176' | 'unknown'; facility: string }
  records: ImportedRecord[]
  findings: FindingView[]
}

/** POST /fhir/$undo-claim */
export interface UndoRequest {
  /** MA_LK */
  record: string
  why: 'wrong-person' | 'wrong-stay' | 'other'
  reason: string
}

export interface UndoAnswer {
  record: string
  /** How many lines of the chart are marked as entered in error. */
  marked: number
  /** What became of referrals. */
  findings: FindingView[]
}

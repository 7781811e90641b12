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
  file: { id: string; name?: string; sha256: string; layout: '4750' | '3176' | 'receipt' | 'unknown'; facility: string }
  records: ImportedRecord[]
  findings: FindingView[]
}

/** POST /fhir/$undo-claim */
export interface UndoRequest {
  /** MA_LK */
  record: string
  why: 'wrong-person' | 'wrong-stay' | 'other'
  reason: string
  /** `seen` of the preview the person decided by. */
  seen: string
}

/** GET /fhir/$undo-claim-preview?record= */
export interface UndoPreview extends UndoAnswer {
  patient: { id: string; name: string }
  /** Names what was shown; taking back does that or nothing. */
  seen: string
}

export interface UndoAnswer {
  record: string
  /** How many lines of the chart are marked as entered in error. */
  marked: number
  /** What became of referrals. */
  findings: FindingView[]
}

/** 202 of POST /fhir/$import-claim: the file is on disk here and is judged by itself. */
export interface TakenAnswer {
  file: ReceivedFile
}

/** 200 of POST /fhir/$import-claim-piece: more of the file is wanted. */
export interface PieceAnswer {
  /** Bytes that are here; the next piece begins there. */
  held: number
}

/** Whence a file came: the desk's upload, a program over HTTP, a watched folder, the command of the server. */
export type CameBy = 'desk' | 'program' | 'folder' | 'command'

/** refused: nothing of it was used. stopped: some records were judged, the rest was not. */
export type FileState = 'waiting' | 'reading' | 'done' | 'refused' | 'stopped'

/** empty: a HOSO without content. */
export type RecordResult = ImportedRecord['result'] | 'empty'

export interface ReceivedFile {
  id: string
  name: string
  sha256: string
  bytes: number
  cameBy: CameBy
  /** Person or program. */
  by: string
  folder?: string
  receivedAt: string
  finishedAt?: string
  state: FileState
  layout?: string
  facility?: string
  /** Records it holds; not known before the first look is over. */
  total?: number
  /** Records judged so far. */
  judged: number
  counts: { created: number; updated: number; unchanged: number; refused: number; issues: number }
  /** How often these bytes came, this time included. */
  times: number
  /** What is said of the file itself. */
  findings: FindingView[]
  /** Why it does not go on at the moment; it is tried again by itself. */
  trouble?: string
}

/** A watched folder as its program last told. */
export interface WatchedFolderView {
  folder: string
  by: string
  host: string
  seenAt: string
  /** When its program last could look into it. */
  lookedAt?: string
  /** Files without an answer yet. */
  waiting: number
  /** Since when the oldest of them waits. */
  oldestAt?: string
  /** Code of what keeps it from looking, and its words; absent when all is well. */
  trouble?: string
  why?: FindingView
  since: string
  /** Not heard of for ten minutes. */
  silent: boolean
}

/** GET /fhir/$received-files: `q`, `kind` (running | look | taken), `before`. */
export interface ReceivedFilesAnswer {
  rows: ReceivedFile[]
  /** Pass as `before` for the rows after these. */
  next?: string
  /** Of the last thirty days, and what is under way. */
  counts: { running: number; look: number; taken: number }
  folders: WatchedFolderView[]
}

export interface ReceivedRecord extends Omit<ImportedRecord, 'patient' | 'result'> {
  at: number
  result: RecordResult
  patient?: { id: string }
}

/** GET /fhir/$received-file?id=: one file, its kinds of findings, a page of its records (`result`, `maLk`, `after`). */
export interface ReceivedFileAnswer {
  file: ReceivedFile
  kinds: { finding: FindingView; records: number }[]
  records: ReceivedRecord[]
  /** Pass as `after` for the records after these. */
  next?: number
}

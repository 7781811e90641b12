/** What the audit trail is asked and tells. */
import type { Caller } from '../../access/caller.ts'

export interface AuditRow {
  seq: string
  at: Date
  caller: string
  role: string
  purpose: string
  reason?: string
  /** read | vread | history | search | create | update | delete | operation | login … */
  action: string
  type?: string
  id?: string
  versionId?: number
  /** What people call the thing: a name, the number of a slip or paper. */
  label?: string
  /** Beside the act: which parameters a search used, what was settled and why. Never clinical text. */
  detail?: string
  /** Patients the action showed, and their names in the same order. */
  patients: string[]
  patientNames: string[]
  /** In a grouped list: how often within the hour, and when first; `at` is the last time. */
  times?: number
  first?: Date
  requestId: string
  outcome: string
  /** Written to the emergency spool first and brought here afterwards. */
  spooled?: true
}

export interface AuditFilter {
  patient?: string
  caller?: string
  from?: Date
  to?: Date
  limit: number
  before?: string
  /** One row by its number. */
  seq?: string
  /** Any of these acts. */
  actions?: readonly string[]
  /** What was acted on. */
  about?: { type: string; id: string }
  /** Whether it succeeded. */
  succeeded?: boolean
  /** The same act of the same person within an hour is one row; of the newest 20,000 rows that fit. */
  grouped?: boolean
}

export interface AuditState {
  seals: number
  lastSeal?: { n: number; at: Date; hash: string }
  unsealed: number
  oldestUnsealed?: Date
  /** Start of the oldest transaction that is writing; rows after it are sealed when it ends. */
  heldBy?: { since: Date; pid: number; application: string }
}

export interface MarkedRows {
  /** Place of the first row in the order of sealing, from 0. */
  start: number
  /** Numbers of the rows, beside their marks. */
  seqs: string[]
  marks: Buffer
}

export interface AuditTrail {
  /** For what is not a store call: sign-in, refused routes, exports. */
  record(
    caller: Caller,
    row: { action: string; type?: string; id?: string; patients?: string[]; outcome: string; detail?: string },
  ): Promise<void>
  list(filter: AuditFilter): Promise<AuditRow[]>
  /** Seals what is settled now (also runs by itself once a minute). */
  seal(): Promise<{ sealed: number; upTo: number }>
  /** Rows that this process wrote and that were removed or changed before they were sealed; each is told once. */
  lost(): { at: Date; action: string }[]
  /**
   * Opens one patient's record to one person for four hours while the audit table cannot be written: the spool takes the
   * lines. Throws `audit-unavailable` when it cannot either.
   */
  breakGlass(caller: Caller, patient: string): Promise<Date>
  /** Brings spooled lines into the table (also runs by itself). Gives how many. */
  replay(): Promise<number>
  /** Seals after a number: when, how many rows, hash in hex. */
  heads(after: number): Promise<{ n: number; at: Date; count: number; hash: string }[]>
  /** Two bytes of every row under some seals, in the order of sealing, and where in that order they begin. */
  marksOfSeals(from: number, to: number): Promise<MarkedRows>
  /** The same of the rows that lie at a place in that order now; it may begin before and end behind. */
  marksOfRows(first: number, count: number): Promise<MarkedRows>
  /** How far sealing has come. Rows wait while an older writing transaction runs; `heldBy` says since when one does. */
  state(): Promise<AuditState>
  /** Recomputes every seal; names the first changed, removed or reordered row. */
  verify(): Promise<{
    ok: boolean
    seals: number
    rows: number
    problem?: { seal: number; seq?: string; what: 'changed' | 'removed' | 'reordered' | 'added' | 'seal-broken'; vi: string; en: string }
  }>
}

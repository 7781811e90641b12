/**
 * The store's contract. Door: index.ts. The only clinical SQL of the system lives behind it.
 */
import type { Compartment, Finding, PatchStep } from '@yba/fhir'
import type { Resource } from 'fhir/r4.d.ts'
import type { Caller } from '../access/caller.ts'
import type { AuditTrail } from './audit/types.ts'
import type { IndexKeeper } from './index-keeper/index.ts'
import type { Terminology } from './terminology.ts'

export type { AuditFilter, AuditRow, AuditState, AuditTrail, MarkedRows } from './audit/types.ts'

export type FhirResource = Resource & Record<string, unknown>

/** One stored version. `text` is the verbatim JSON with id and meta spliced in. */
export interface Stored<T = FhirResource> {
  type: string
  id: string
  versionId: number
  lastUpdated: Date
  deleted: boolean
  text: string
  /** Parsed on first use. */
  resource(): T
}

/** Versions a writer has seen; `*`: whichever there is. */
export type Versions = number | readonly number[] | '*'

/** `at`: where it stands in what was sent (`Bundle.entry[3].resource`); findings about it say so. */
export type Write = { at?: string } & (
  | { kind: 'create'; resource: FhirResource; id?: string; text?: string }
  /**
   * `ifMatch`: version the caller saw. `ifAbsent`: only where nothing is. `ifChanged`: equal content gives the existing
   * version and writes nothing. `upsert`: creates when missing (needs an id).
   */
  | {
      kind: 'update'
      resource: FhirResource
      id: string
      ifMatch?: Versions
      ifAbsent?: boolean
      ifChanged?: boolean
      upsert?: boolean
      text?: string
    }
  /** `ifThere`: what is missing is as good as deleted, for who could see it if it were there. */
  | { kind: 'delete'; type: string; id: string; ifMatch?: Versions; ifThere?: boolean }
)

export interface WriteResult extends Stored {
  /** False when nothing was written: equal content (`ifChanged`), or nothing there to delete (`ifThere`). */
  changed: boolean
}

/** Extra meaning beside a write: what care areas and consumers need to know. Read by cursor from the one log. */
export interface DomainEvent {
  /** For instance `referral.signed`, `document.filed`, `exchange.received`. */
  kind: string
  /** Order is kept within a thread: `Task/<id>`, `Patient/<id>` … */
  thread: string
  patient?: string
  /** Never clinical text. */
  payload?: Record<string, string | number | boolean | null>
}

export interface CareRelation {
  patient: string
  /** Caller id of a person, or a department code; one of the two. */
  who?: string
  department?: string
  from: Date
  to?: Date
  /** encounter | referral | break-glass | claim */
  basis: string
}

export interface SearchPage {
  entries: Stored[]
  included: Stored[]
  total?: number
  /** Opaque cursor of the next page. */
  next?: string
  /** What lenient handling left out of the question. */
  ignored: readonly Finding[]
  /** What the answer leaves out, though it was asked for. */
  told: readonly Finding[]
}

export interface HowToSearch {
  /** `Prefer: handling=`; strict without it: what is not known is refused. */
  handling?: 'strict' | 'lenient'
  /** Only what is in the compartment of this resource. */
  compartment?: Compartment
}

/** A search by which a write names its resource (FHIR R4, http.html#cond-update): `identifier=system|value`, without `?`. */
export interface Condition {
  type: string
  query: string
  /** What is written hangs on the answer: until the commit nobody else decides by the same condition. */
  locks?: boolean
  /** Where it finds nothing a resource is made: two of one meaning would make two. */
  makes?: boolean
  /** Where it stands in what was sent. */
  at?: string
  /** Not one is named but all, up to so many; more are `several`. */
  most?: number
}

/** All resources of a condition that says how many at most. */
export interface MatchedAll {
  all: readonly Stored[]
}

/** The one resource a condition names. */
export type Matched = Stored | MatchedAll | 'none' | 'several'

export interface HistoryAsk {
  type?: string
  /** With a type. */
  id?: string
  /** Versions that are not older. */
  since?: Date
  /** Versions that were the current one at some time from `lo` to `hi`, both included. */
  at?: { lo: Date; hi: Date }
  count: number
  cursor?: string
}

/** A version and how it came. */
export interface HistoryEntry {
  method: 'POST' | 'PUT' | 'DELETE'
  stored: Stored
}

export interface HistoryPage {
  entries: HistoryEntry[]
  /** Opaque cursor of the next page. */
  next?: string
}

/** What is asked of `$everything`. */
export interface EverythingAsk {
  types?: readonly string[]
  /** Written then or later. */
  since?: Date
  /** Days of care, in milliseconds, both inclusive; what has no date of care fits any. */
  from?: number
  to?: number
  count: number
  cursor?: string
}

export interface EverythingPage {
  /** What belongs, who it is about first; each resource on one page. */
  entries: Stored[]
  /** What the entries of all pages refer to, behind the last of them. */
  included: Stored[]
  /** Opaque cursor of the next page. */
  next?: string
}

/** What is asked of an export: resources of one type in the order of their ids, as they stood at an instant. */
export interface ExportAsk {
  type: string
  /** Only those that belong to a patient, or to one of these. */
  patients?: 'all' | readonly string[]
  /** Searches of the type (`status=final`), of which one must fit. */
  filters: readonly string[]
  upTo: Date
  /** Written then or later. */
  since?: Date
  /** The id behind which it goes on; `''` from the first. */
  after: string
  /** 0: only whether it may be asked. */
  count: number
}

export interface ExportPage {
  entries: Stored[]
  /** The id behind which there may be more; undefined at the end. */
  next?: string
}

/** Reads that answer or refuse. A handle has them, and a transaction, which sees what it wrote. */
export interface Reads {
  /** Throws `not-found` for missing and forbidden alike, `gone`. */
  read(type: string, id: string): Promise<Stored>
  vread(type: string, id: string, versionId: number): Promise<Stored>
  history(type: string, id: string): Promise<Stored[]>
  /** A page of the versions of one resource, of a type or of everything, newest first. Throws `not-found`, `narrow-your-search`, `cursor-unknown`. */
  historyOf(ask: HistoryAsk): Promise<HistoryPage>
  /** `type` may be `*`, for all or those of `_type`. `query` is the part after `?`. Throws `narrow-your-search` where the grant asks for a patient. */
  search(type: string, query: string, how?: HowToSearch): Promise<SearchPage>
}

/** One PostgreSQL transaction, READ COMMITTED, retried whole on 40001 and 40P01 (so `work` must be repeatable). */
export interface Transaction {
  /** Site clock at the start of the transaction. */
  readonly now: Date
  /** All writes of the list: versions, index rows, audit rows and event rows, in few statements; answers in the same order. */
  write(writes: Write[]): Promise<WriteResult[]>
  /** Null when missing, deleted or forbidden. `lock` takes a row lock first, in a statement of its own. */
  read(type: string, id: string, options?: { lock?: boolean }): Promise<Stored | null>
  readMany(references: readonly string[]): Promise<Map<string, Stored>>
  /** By business identifier (table uniq): Patient MRN and CCCD, Encounter MA_LK, Task and DocumentReference number, Organization code. */
  findByIdentifier(type: string, system: string, value: string, options?: { lock?: boolean }): Promise<Stored | null>
  search(type: string, query: string): Promise<SearchPage>
  readonly reads: Reads
  /**
   * What each condition names among what the caller may find; what is forbidden matches nothing. Call it before anything is
   * written: its locks come first. Throws what a search throws.
   */
  match(conditions: readonly Condition[]): Promise<Matched[]>
  /**
   * The update a patch makes of the current version, which is locked. Throws `not-found`, `gone`, `not-shown-whole`, what
   * `applyPatch` throws, and the gate's finding.
   */
  patched(type: string, id: string, steps: readonly PatchStep[], ifMatch?: Versions): Promise<Write>
  emit(event: DomainEvent): void
  grantCare(relation: CareRelation): Promise<void>
  /** Ends, now, what was granted of a patient on one basis: the ground for it was a mistake. */
  endCare(patient: string, basis: string): Promise<void>
  /** For a feature's own tables (tables.ts), in the same transaction. */
  sql<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>
  /** A statement nobody waits for and nothing of this transaction reads: it leaves with the commit, and fails it when it fails. */
  sqlLast(text: string, values?: unknown[]): void
  /** Serialises work on one key until commit (pg_advisory_xact_lock on its hash). */
  lockKey(key: string): Promise<void>
}

/** A handle bound to one caller: grants, purpose and audit apply to everything it does. */
export interface Store extends Reads {
  readonly caller: Caller
  /** Patient compartment: the patient and everything whose `pat` is the patient, newest first. */
  everything(patientId: string, options?: { types?: readonly string[]; limit?: number }): Promise<Stored[]>
  /** A page of the compartment of a resource and of what that refers to. Throws `not-found`, `gone`, `cursor-unknown`. */
  everythingOf(of: Compartment, ask: EverythingAsk): Promise<EverythingPage>
  /** A page of an export, of `count` resources or some megabytes. Throws `narrow-your-search` and what the filters are refused with. */
  exportPage(ask: ExportAsk): Promise<ExportPage>
  /**
   * A resource, and behind it what its links lead to, nearest first; one more than `most` when there is more. Of what it names
   * itself another patient's may be, further links stay in its own record. Throws `not-found`, `gone`.
   */
  withReferred(of: Compartment, how: { action: string; most: number }): Promise<Stored[]>
  /** Profiles, tags and security labels that a type, or all, bear. Throws `narrow-your-search`, `too-many-resources`. */
  labels(type?: string): Promise<{ profile?: unknown[]; security?: unknown[]; tag?: unknown[] }>
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Bytes of a Binary that a readable DocumentReference or Provenance owns. Throws `not-found`. */
  readBinary(sha256: string): Promise<{ bytes: Buffer; contentType: string }>
}

/** Immutable bytes named by their sha-256; written before the transaction that refers to them. */
export interface Blobs {
  put(bytes: Uint8Array): Promise<string>
  /** `recent`: bytes this process put within the last seconds are given as they came, the disk is not asked again. */
  get(sha256: string, how?: { recent: boolean }): Promise<Buffer>
  has(sha256: string, how?: { recent: boolean }): Promise<boolean>
}

/** One numbered entry of the site's log. */
export interface LogEntry {
  /** `epoch.number` */
  cursor: string
  at: Date
  /** `write` for a stored version, else the DomainEvent kind. */
  kind: string
  thread: string
  /** Resource the entry speaks of, for kind `write`. */
  type?: string
  id?: string
  versionId?: number
  patient?: string
  payload: Record<string, string | number | boolean | null>
  /** Caller id that caused it. */
  by: string
}

export interface EventLog {
  /** The epoch this process runs in, and when and why it began. */
  readonly epoch: { number: number; started: Date; why: string }
  /** Numbered entries after `cursor` (`''` = from the start), at most `limit`. Throws `cursor-unknown` after a restore. */
  read(cursor: string, limit: number): Promise<{ entries: LogEntry[]; cursor: string }>
  /** Resolves when something after `cursor` may be there, or after `ms`. */
  wait(cursor: string, ms: number, signal?: AbortSignal): Promise<void>
  /** Resolves when an entry after `cursor` is of one of these kinds, or after `ms`; gives the place read up to. */
  heard(cursor: string, kinds: readonly string[], ms: number, signal?: AbortSignal): Promise<string>
  /**
   * Durable consumer: cursor kept in the database, moved after `handle` returns; at-least-once. Errors are retried with back-off, in order.
   * `rest`: milliseconds after each page in which entries gather, for work that is cheaper together and that nobody waits for.
   */
  consume(name: string, handle: (entries: LogEntry[]) => Promise<void>, options?: { rest?: number }): { stop(): Promise<void> }
  end(): Promise<string>
}

export interface StoreRoot {
  /** `plain`: writes through this handle are plain FHIR writes and pass the ownership gate. */
  as(caller: Caller, how?: { plain?: boolean }): Store
  readonly blobs: Blobs
  readonly log: EventLog
  readonly audit: AuditTrail
  readonly index: IndexKeeper
  /** Gives the store what its site has besides: who says what codes mean. Before, searches that ask so are refused. */
  use(more: { terminology: Terminology }): void
  /**
   * Number of the current version, null when there is none. It shows nothing of the resource and leaves no audit row: for
   * who has read something in several steps and must know that it is still the same.
   */
  versionOf(type: string, id: string): Promise<number | null>
  /** Rows of the feature tables, outside clinical transactions (read-mostly). */
  sql<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>
  close(): Promise<void>
}

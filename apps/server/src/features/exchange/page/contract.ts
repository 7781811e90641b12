/** Shapes of the exchange page and the hub's console, shared with the web app (types only). */
import type { Role } from '../../../access/permissions.ts'
import type { ReconcileReport, ReconcilingView } from '../contract.ts'

export interface WhyView {
  code: string
  vi?: string
  en?: string
  cure?: { vi?: string; en?: string }
}

/** `here` at this site, `hub`, `receiver` at the other facility, `filed` the thread is closed there, `ended` closed at the hub before the receiver had it, `aside` came in and could not be applied. */
export type Place = 'here' | 'hub' | 'receiver' | 'filed' | 'aside' | 'ended'
export type MessageState = 'waiting' | 'sending' | 'acked' | 'refused' | 'taken' | 'parked'
export type LetterCause = 'refused' | 'failing' | 'unreachable'
export type Settlement = 'delivered' | 'sent-again' | 'replaced' | 'void' | 'on-paper' | 'closed'

export interface LetterView {
  cause: LetterCause
  code: string
  role: Role
  at: string
  settled?: { at: string; how: Settlement; by?: string; reason?: string }
}

export interface MessageRow {
  /** `out:<key>` or `in:<issuer>|<number>`. */
  key: string
  direction: 'out' | 'in'
  issuer: string
  number: string
  /** `send`, `answer` for papers, else the event of the step. */
  what: string
  papers: boolean
  urgent: boolean
  other: { code: string; name: string }
  state: MessageState
  place: Place
  /** Since when it is in this state. */
  since: string
  createdAt: string
  tries: number
  nextTry?: string
  why?: WhyView
  /** Its thread is being compared with the hub after a restore: what is said of the place may not hold. */
  reconciling?: ReconcilingView
  /** The open dead letter. */
  letter?: LetterView
  /** For those who read referrals at this site. */
  referral?: { id: string; patient: string }
}

export interface TryView extends WhyView {
  first: string
  last: string
  times: number
}

/** GET /fhir/$exchange-message?key= */
export interface MessageStory {
  row: MessageRow
  ackedAt?: string
  takenTimes?: number
  cursor?: string
  tries: TryView[]
  letters: LetterView[]
  /** Other messages of the thread, oldest first. */
  thread: MessageRow[]
}

export interface AlertView {
  id: string
  kind: string
  subject: string
  severity: 'information' | 'warning' | 'error'
  role: Role
  vi: string
  en: string
  cure?: { vi: string; en: string }
  since: string
  last: string
  times: number
  cleared?: { at: string; by?: string; why?: string }
}

/** GET /fhir/$alerts */
export interface AlertsAnswer {
  open: AlertView[]
  /** Open ones that are this person's work. */
  mine: number
}

/** GET /fhir/$exchange-state */
export interface ExchangeState {
  waiting: number
  oldest: string | null
  letters: number
  mine: number
  parked: number
  line: { up: boolean; since: string; why: string | null; heard: string | null } | null
  cursor: { value: string; at: string } | null
  directoryAt: string | null
  backupAt: string | null
  now: string
}

/** GET /fhir/$exchange-messages?direction=&state=&q=&other=&from=&to=&older= */
export interface MessagesAnswer {
  rows: MessageRow[]
  more: boolean
}

export interface ReplayView {
  id: string
  kind: 'send' | 'take' | 'offer'
  by: string
  at: string
  reason: string
  total: number
  done: number
  failed: number
  /** Left alone: a person has settled it, a later message of the slip got through, it is another role's. */
  skipped: number
  /** Why those were left alone, as it was when the replay was asked for. */
  left?: { why: SkipReason; n: number }[]
  state: 'running' | 'done'
  note?: string
  finishedAt?: string
}

/** POST /fhir/$exchange-replay: exactly one of keys, from+to, after. */
export interface ReplayRequest {
  direction: 'out' | 'in'
  keys?: string[]
  from?: string
  to?: string
  /** Cursor of the hub's feed; '' = from the start. Incoming only. */
  after?: string
  reason?: string
  /** Only says how many it would be. */
  preview?: boolean
}

export type SkipReason = 'settled' | 'overtaken' | 'other-role' | 'unknown'

/** Answer to a preview: of `total` chosen, how many go, and how many are left alone and why. */
export interface ReplayPreview {
  total: number
  goes: number
  skipped: { why: SkipReason; n: number }[]
}

/** POST /fhir/$exchange-settle */
export interface SettleRequest {
  key: string
  how: 'on-paper' | 'void' | 'closed' | 'sent-again'
  reason: string
}

/** What a node says of itself when it asks for news. */
export interface NodeReport {
  version: string
  waiting: number
  oldest: string | null
  letters: number
  parked: number
}

export interface NodeRow {
  facility: string
  name: string
  /** Not let in for now. */
  suspended: boolean
  lastSeen: string | null
  /** Set when the node has not been heard of for an hour. */
  silentSince: string | null
  cursor: string | null
  cursorLag: number | null
  accepted: number
  refused: number
  version: string | null
  skewMs: number | null
  report: (NodeReport & { at: string }) | null
  /** An offer to read again that the node has not taken yet. */
  offered: { after: string; at: string; by: string } | null
}

export interface StuckRow {
  id: string
  number: string
  from: { code: string; name: string }
  to: { code: string; name: string }
  state: string
  since: string
  why: 'not-delivered' | 'not-answered' | 'no-outcome'
  /** The receiver has been silent since. */
  silentSince?: string
}

export interface Lag {
  count: number
  p50: number | null
  p99: number | null
}

export interface Funnel {
  month: string
  sent: number
  delivered: number
  accepted: number
  arrived: number
  answered: number
  completed: number
  /** Medians in minutes from sending. */
  toDelivered: number | null
  toAccepted: number | null
  toArrived: number | null
  toAnswered: number | null
}

/** GET /fhir/$reconcile: what came of comparing after a restore; at a facility its own report, at the hub those of all. */
export interface ReconcileAnswer {
  epoch: { number: number; started: string; why: string }
  /** Facilities the hub still waits for. */
  waitingFor: { code: string; name: string }[]
  reports: { facility: string; name: string; at: string; report: ReconcileReport }[]
}

/** GET /fhir/$hub-figures */
export interface HubFigures {
  now: string
  backupAt: string | null
  lag: Lag
  funnel: Funnel
  stuck: StuckRow[]
  refusals: { facility: string; number: string; why: WhyView; first: string; last: string; times: number }[]
}

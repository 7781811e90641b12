/** Shapes of the acceptance policy and of the inbox, shared with the web app (types only). */
import type { FindingView } from '../contract.ts'

/** Who decides about a slip that arrives: nobody (accepted at once), the referral desk, a doctor of the department. */
export type Decision = 'auto' | 'desk' | 'doctor'

/** What a row does not name it takes all of. Days are of the site's zone, both included. */
export interface AcceptanceRow {
  department?: string
  urgency?: 'stat' | 'routine'
  setting?: 'inpatient' | 'outpatient'
  decision: Decision
  from?: string
  until?: string
}

/** Main diagnoses a department takes: `I`, `I20-I25`, `J18`, `J18.9`. */
export interface DiagnosisRoute {
  department: string
  diagnoses: string[]
}

export interface AcceptancePolicy {
  routes: DiagnosisRoute[]
  rows: AcceptanceRow[]
}

/** What slips of one kind meet today; without a department: those no department takes. */
export interface AcceptanceCell {
  department?: string
  urgency: 'stat' | 'routine'
  setting: 'inpatient' | 'outpatient'
  decision: Decision
  /** Place of the row that decides, from 1. */
  row?: number
}

export type DecisionCounts = Record<Decision, number>

/** GET /fhir/Task/$acceptance-policy */
export interface AcceptanceAnswer {
  /** 0: nobody has written one, the default holds. */
  version: number
  policy: AcceptancePolicy
  matrix: AcceptanceCell[]
  /** By code, of all departments there are. */
  departments: { code: string; name: string }[]
  suggested: DiagnosisRoute[]
  versions: { version: number; at: string; by: string; note: string; policy: AcceptancePolicy }[]
}

/** POST /fhir/Task/$acceptance-preview {policy}: what it would be, and what it would have meant for the slips of 30 days. */
export interface AcceptancePreview {
  policy: AcceptancePolicy
  matrix: AcceptanceCell[]
  findings: FindingView[]
  effect: {
    since: string
    slips: number
    /** Under the policy in force, and under the one asked about. */
    now: DecisionCounts
    then: DecisionCounts
    /** Slips that would have gone another way. */
    moved: number
  }
}

/** POST /fhir/Task/$set-acceptance-policy. `basedOn`: the version on screen. */
export interface SetAcceptanceRequest {
  basedOn: number
  policy: AcceptancePolicy
  /** What was changed and why, for the register of versions. */
  note: string
}

/** Why the policy did not accept a slip by itself, though it stands for that. */
export type AcceptanceDoubt =
  | 'signature-invalid'
  | 'signature-missing'
  | 'signature-unsure'
  | 'signature-pending'
  | 'person'
  | 'issues'
  | 'clash'
  | 'handled'

/** What the receiver's policy said of a slip when it came, or when what kept it had gone. */
export interface AcceptanceSaid {
  at: string
  /** After the doubts. */
  decision: Decision
  /** The row's. */
  wanted: Decision
  version: number
  row?: number
  case: { department?: string; diagnosis?: string; urgency: 'stat' | 'routine'; setting: 'inpatient' | 'outpatient' }
  doubts: AcceptanceDoubt[]
  /** Accepted by it. */
  accepted?: true
}

/** Whose work a received slip is now, and why; several may be asked. */
export interface Need {
  of: 'desk' | 'doctor' | 'reception'
  why: NeedWhy
  department?: string
  /** The person who asks is among them. */
  mine: boolean
}

export type NeedWhy =
  | AcceptanceDoubt
  | 'new'
  | 'by-row'
  | 'emergency'
  | 'cancel-asked'
  | 'no-show'
  | 'arrived'
  | 'outcome-due'
  | 'outcome-missing'
  | 'sent-back'
  | 'expected'

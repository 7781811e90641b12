/** Shapes of the referral operations, shared with the web app (types only). */
import type { Finding } from '@yba/fhir'
import type { PaperChange } from '@yba/forms'
import type { OutcomeContent, PaperContent, ReferralContent, SigningRole, SummaryContent } from '@yba/vietnam'
import type { SigningCapacity } from '../delegation/contract.ts'
import type { DocumentView } from '../documents/contract.ts'
import type { ReconcilingView } from '../exchange/contract.ts'
import type { AcceptanceSaid, Need } from './acceptance/contract.ts'
import type { ReferralEvent, ReferralState } from './transitions.ts'

export interface FindingView {
  code: string
  severity: Finding['definition']['severity']
  path?: string
  vi: string
  en: string
  cure: { vi: string; en: string }
}

export interface ReferralRow {
  /** Local Task id. */
  id: string
  direction: 'sent' | 'received'
  /** The slip's first thread, when this is a later visit or the way on to a third facility. */
  partOf?: string
  /** Of a visit: the how-manieth with this slip. */
  use?: number
  /** The slip holds for one year and serves many visits. */
  oneYear?: boolean
  number: string
  /** Numbers the HIS gave to this slip, which was written here first. */
  hisNumbers?: string[]
  version: number
  patient: { id?: string; name: string; birthDate: string; sex: '1' | '2' | '3'; citizenId?: string; card?: string }
  from: { code: string; name: string }
  to: { code: string; name: string }
  /** Absent for those who do not read papers (reception). */
  diagnosis?: string
  state: ReferralState
  /** A step of ours the hub has not confirmed yet. */
  proposed?: { event: ReferralEvent; at: string; refusedBecause?: string }
  /** Signed, but the hub refused its papers: nothing of it goes until a person acts. */
  stopped?: { at: string; because: string }
  /** Compared with the hub after a restore, and open to change until that ends. */
  reconciling?: ReconcilingView
  /** Roles whose signature is still missing, in signing order, and those whose signer is at work. */
  waitingFor: { role: SigningRole; state: 'open' | 'signing' | 'failed'; reason?: string; why?: FindingView }[]
  /** Sender: an outcome has come back. */
  hasOutcome: boolean
  /** The outcome that had come was taken back, and no other has come since. */
  outcomeWithdrawn?: true
  /** A paper of ours is to be written anew: sent back to the doctor, or being corrected. */
  revision?: RevisionView
  /** How often the slip, and the outcome, were corrected. */
  corrections?: { referral?: number; outcome?: number }
  /** The HIS has sent other words for a paper that is signed or written here, or names it no more. */
  proposed13?: boolean
  /** Papers of it were accepted with so many issues. */
  issues?: number
  /** Nobody opened it yet at this site. */
  unread: boolean
  departure?: string
  /** How long the slip holds, once it is signed. */
  validity?: { from: string; until: string; basis: 'ten-working-days' | 'one-year' }
  /** Chuyển cấp cứu: on top of every list. */
  stat?: boolean
  /** Received: whose work it is now, and why. */
  needs?: Need[]
  updatedAt: string
}

export interface RevisionView {
  kind: 'referral' | 'outcome'
  cause: 'sent-back' | 'correction'
  code?: string
  reason: string
  by: string
  /** Facility of who sent it back. */
  facility: string
  at: string
  /** The version it will stand for had left the house. */
  issued: boolean
}

/** One version of a paper of the referral, the newest first. */
export interface VersionView {
  /** Local DocumentReference id. */
  id: string
  kind: 'referral' | 'outcome'
  version: number
  /** In force, collecting signatures, replaced by a newer one, or sent back before it was issued and kept as evidence. */
  state: 'current' | 'signing' | 'replaced' | 'withheld'
  correction?: number
  reason?: string
  at: string
  pdf?: string
  /** Against the version it stands for. */
  changes?: PaperChange[]
}

export interface ReferralHistoryEntry {
  event: ReferralEvent
  state: ReferralState
  /** Clinical or desk time the person stated or the moment of the act. */
  occurredAt: string
  /** Server time of the site (or hub) that recorded it. */
  recordedAt: string
  by: string
  facility: string
  reason?: string
  /** Why a paper was sent back, coded. */
  code?: string
  /** The day of an appointment. */
  on?: string
  /** The facility the patient is sent on to. */
  to?: string
  /** The hub was put back from a backup and had this step from the node again, then. */
  reoffered?: string
  /** void: written for the wrong person. */
  wrongPatient?: boolean
  /** Number of the child thread that this step opened. */
  child?: string
}

export interface ReferralView extends ReferralRow {
  taskVersion: number
  /** Absent, like everything else the papers say, for those who do not read papers (reception). */
  content: ReferralContent
  /** Receiver's five lines: why, diagnosis, medicines, last results, allergies. */
  highlights: { why: string; diagnosis: string; medicines: string; results: string; allergies: string }
  sharedRecord?: SummaryContent
  outcome?: OutcomeContent
  /** The outcome's draft, while the receiver writes it. */
  outcomeDraft?: { content: OutcomeContent; draftVersion: number; updatedAt: string }
  draft?: { content: ReferralContent; draftVersion: number; updatedAt: string }
  documents: DocumentView[]
  history: ReferralHistoryEntry[]
  /** Receiver: what the acceptance policy said of it, oldest first. */
  acceptance?: AcceptanceSaid[]
  /** What this user may do now, from the table and the user's permissions. */
  allowed: ReferralEvent[]
  canSign: SigningRole[]
  /** The authorised signer: by what authority one would sign now, or why one cannot. */
  signAs?: SigningCapacity
  signRefused?: FindingView
  /** Papers with more than one version. */
  versions?: VersionView[]
  /** What the HIS has sent since, against the draft while nobody has signed, else against what was signed. */
  proposal?: { at: string; of: 'draft' | 'signed'; changes: PaperChange[] }
  /** Since when the HIS names the slip no more. */
  withdrawnByFile?: string
  /** Sender: the receiver's proposal of another place; `matter` until the slip is sent there or somebody closes it. */
  elsewhere?: { matter?: string; to?: { code: string; name: string }; reason?: string }
  /** The record of our own HIS that told the visit, for those who may take a mistaken one back. */
  fromFile?: { record: string }
  /** What may be corrected now by this person. */
  correctable?: ('referral' | 'outcome')[]
  findings: FindingView[]
  /** Visits with a slip of one year, and later visits with any slip, in their order. */
  uses?: { id?: string; number: string; use: number; at: string; state?: ReferralState }[]
}

/** GET /fhir/Task/$slip-state, for programs: no patient, no reasons. */
export interface SlipStateAnswer {
  number: string
  hisNumbers?: string[]
  direction: 'sent' | 'received'
  from: { code: string; name: string }
  to: { code: string; name: string }
  state: ReferralState
  words: { vi: string; en: string }
  /** Nothing more is expected; an outcome may still follow where there is none. */
  ended: boolean
  outcome: boolean
  /** The hub has confirmed the last step of ours. */
  confirmed: boolean
  /** Code with which the hub refused its papers. */
  stopped?: string
  /** What its missing signature waits for. */
  waits?: FindingView
  /** As the hub has them; `at`: when it was recorded. */
  steps: { event: ReferralEvent; state: ReferralState; at: string; facility: string }[]
  updatedAt: string
}

export type Worklist = 'tray' | 'drafts' | 'sent' | 'received' | 'all'

/** GET /fhir/Task/$worklist?list=…&q=… */
export interface WorklistAnswer {
  rows: ReferralRow[]
  counts: Record<Worklist, number>
}

/** A person as their card says, or as somebody typed. */
export interface NewPerson {
  name: string
  birthDate: string
  sex: '1' | '2' | '3'
  address?: string
  citizenId?: string
  otherId?: string
  phone?: string
  card?: { number: string; validFrom?: string; validTo?: string; registeredAt?: string }
}

/** POST /fhir/Task/$compose: a draft from the chart. Of `patient` and `person` one is given. */
export interface ComposeRequest {
  patient?: string
  /** Not known here yet: registered from this. */
  person?: NewPerson
  /** Persons here who may be this one were looked at. */
  isNew?: boolean
  /** yyyy-mm-dd: needed where no stay is known. */
  admitted?: string
  /** A second slip beside the one that is there. */
  another?: boolean
  /** The received referral with which the patient came: the new slip sends them back, or on, and names it. */
  basedOn?: string
  encounter?: string
  to?: string
}

export interface ComposeAnswer {
  /** Local Task id. */
  id: string
  /** There already: nothing was opened. */
  known?: { number: string; state: ReferralState }
}

/** POST /fhir/Task/{id}/$save-draft */
export interface SaveDraftRequest {
  kind: 'referral' | 'outcome'
  content: PaperContent
  draftVersion: number
}
export interface SaveDraftAnswer {
  draftVersion: number
  findings: FindingView[]
  /** A text in which a code stands without its name (`j189`), and the text with it: offered, never written by the server. */
  named?: { path: 'diagnosisText'; from: string; to: string }
}

/** POST /fhir/Task/{id}/$sign: signs as `role`; freezes the document first when it is still a draft. */
export interface SignRequest {
  kind: 'referral' | 'outcome'
  role: SigningRole
  /** What the signer has on screen; anything else by now is `draft-changed`. The draft's version before the first signature, */
  draftVersion?: number
  /** the frozen document's digest after it. */
  digest?: string
}

/** POST /fhir/Task/{id}/$correct and $drop-correction. `from: 'his'`: what the HIS has sent since. */
export interface CorrectRequest {
  kind: 'referral' | 'outcome'
  reason?: string
  from?: 'his'
}

/** POST /fhir/Task/{id}/$settle-file: what of a file is taken into a draft; the rest stays as it is here. */
export interface SettleFileRequest {
  /** Paths of `proposal.changes`. */
  take: string[]
  /** `proposal.at` of what was on screen. */
  at?: string
  /** The HIS names the slip no more, and it stands all the same. */
  stands?: true
}

/** POST /fhir/Task/{id}/$transition */
export interface TransitionRequest {
  event: ReferralEvent
  /** Task version the caller saw. */
  expectedVersion?: number
  /** A name the caller gives to this one step, 8 to 64 of [A-Za-z0-9-]: sent again with it, the step is taken once. */
  request?: string
  occurredAt?: string
  reason?: string
  /** send-back: one of SEND_BACK_REASONS. */
  code?: string
  /** schedule, reschedule: the day, yyyy-mm-dd. */
  on?: string
  /** redirect: facility code. */
  to?: string
  /** void: the slip was written for the wrong person (F8). */
  wrongPatient?: boolean
  /** add-info: a paper already sent; answer: the registered outcome document. */
  document?: { issuer: string; number: string; version: number; digest: string }
}

/** What became of a refused step's traces here. */
export type KeptHere = 'stay-kept' | 'stay-reopened' | 'end-kept' | 'death-kept'
/** refused-*: the hub's no. other-person: the slip that came is not of the person at the desk. number-clash: one number, two contents (F3). wrong-patient: voided as written for another person (F8). declined: the receiver proposes another place. */
export type AttentionKind = 'refused-step' | 'refused-paper' | 'other-person' | 'number-clash' | 'wrong-patient' | 'declined'

export interface AttentionNote {
  text: string
  by: string
  at: string
}

/** GET /fhir/Task/$attention?state=open|settled: { rows: AttentionRow[] } */
export interface AttentionRow {
  id: string
  kind: AttentionKind
  event: ReferralEvent
  number: string
  at: string
  /** The referral as this site shows it. */
  referral?: ReferralRow
  why: { code: string; vi: string; en: string; cure: { vi: string; en: string } }
  ours: {
    facility: string
    recordedAt: string
    occurredAt?: string
    by?: string
    reason?: string
    on?: string
    to?: string
    kept?: KeptHere
  }
  hub: { was?: ReferralState; now?: ReferralState; history: ReferralHistoryEntry[] }
  can: ('accept' | 'again' | 'note')[]
  notes: AttentionNote[]
  settled?: { at: string; by: string; how: 'accept' | 'again' }
}

/** POST /fhir/Task/$settle */
export interface SettleRequest {
  id: string
  how: 'accept' | 'again' | 'note'
  note?: string
}

/** POST /fhir/Task/$shadow: a patient is here with a paper slip the exchange does not show. */
export interface ShadowRequest {
  /** Issuing facility's code and the slip's number, as the paper says. */
  issuer: string
  number: string
  person: { name: string; birthDate: string; sex: '1' | '2' | '3'; citizenId?: string; card?: string }
  /** From the slip's QR: proves that the paper is here. */
  digest?: string
  occurredAt?: string
  reason?: string
}
export interface ShadowAnswer {
  /** Local Task id. */
  id: string
  /** The slip was here already: nothing was recorded, open it. */
  known: boolean
  /** Whether the person at the desk may be the slip's. */
  fits: boolean
}

/** POST /fhir/Task/$scan {text}: a slip's code, or its number, at a desk. */
export interface ScanAnswer {
  /** `unconfirmed`: readable, but nothing here proves it. `typed-number`: no code, but a referral of that number is here. */
  verdict: 'genuine' | 'unconfirmed' | 'typed-number' | 'unreadable'
  /** Why it is not genuine. */
  fault?: FindingView
  slip?: {
    number: string
    issuer: { code: string; name: string; now?: { code: string; name: string } }
    validFrom: string
    validUntil: string
    expired: boolean
    birthYear: number
    sex: '1' | '2' | '3'
    digest: string
  }
  /** The referral at this site. */
  known?: { id: string; number: string; state: ReferralState }
  notes: FindingView[]
  /** Age of the directory it was judged by. */
  directory: { issuedAt: string | null; days: number; old: boolean }
}

/** GET /fhir/Task/$evidence: { rows: EvidenceRow[] }, for the auditor. */
export interface EvidenceRow {
  id: string
  number: string
  from: { code: string; name: string }
  to: { code: string; name: string }
  /** Whom the papers name, wrongly. */
  person: string
  at: string
  by: string
  reason: string
  documents: { id: string; kind: string; title: string; number: string; version: number; digest: string }[]
}

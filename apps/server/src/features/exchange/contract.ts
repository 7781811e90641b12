/**
 * What travels between a node and the hub. Nodes dial out; the hub never calls in (DESIGN section 9).
 *
 * Node → hub, with a SMART backend token and `Idempotency-Key`:
 *   POST /fhir/$submit                     Parcel
 *   POST /fhir/Task/$transition            TransitionMessage
 *   GET  /fhir/$events?after=cursor&wait=25  → FeedAnswer (long-poll)
 *   GET  /fhir/Binary/{sha256}             bytes of documents and PDFs the node is addressed in
 *   GET  /fhir/$directory                  → DirectorySnapshot
 */
import type { PaperKind, SigningRole } from '@yba/vietnam'
import type { ReferralEvent, ReferralState } from '../referral/transitions.ts'

/** A referral's key across sites. */
export interface ThreadKey {
  issuer: string
  number: string
}

export interface CarriedSignature {
  role: SigningRole
  /** Detached JWS over the document's bytes. */
  jws: string
  signedAt: string
  by: string
  title?: string
  /** Certificate serial, hex. */
  serial: string
}

export interface CarriedDocument {
  kind: PaperKind
  title: string
  issuer: string
  number: string
  version: number
  /** sha-256 of the exact bytes, hex. */
  digest: string
  /** RFC 8785 digest without id and meta: idempotency is keyed (issuer, number, version) with this. */
  contentDigest: string
  /** sha-256 of the newest PDF revision. */
  pdf?: string
  signatures: CarriedSignature[]
}

export interface Parcel {
  thread: ThreadKey
  /** New referral: addressee. */
  to?: string
  /** Source person at the sending facility, for the person index. */
  patient: { mrn: string; name: string; birthDate: string; sex: '1' | '2' | '3'; citizenId?: string; cards: string[]; phone?: string }
  documents: (CarriedDocument & { bytesBase64: string; pdfBase64?: string })[]
  occurredAt: string
  /** Person at the node who caused it. */
  by: { id: string; display: string; role: string }
}

export interface ShadowPerson {
  name: string
  birthDate: string
  sex: '1' | '2' | '3'
  mrn?: string
}

export interface TransitionMessage {
  thread: ThreadKey
  event: ReferralEvent
  expectedVersion?: number
  occurredAt: string
  reason?: string
  by: { id: string; display: string; role: string }
  /** schedule, reschedule: the day, yyyy-mm-dd; redirect: facility code. */
  on?: string
  to?: string
  /** arrive with a paper slip the exchange has not seen: who stands at the desk, as the paper says. */
  shadow?: { person: ShadowPerson }
  document?: { issuer: string; number: string; version: number; digest: string }
}

/** The hub's answer to a parcel or a transition; also the story a refused proposal tells. */
export interface ThreadState {
  thread: ThreadKey
  /** Hub Task version: order within the thread. */
  version: number
  state: ReferralState
  from: string
  to: string
  history: {
    event: ReferralEvent
    state: ReferralState
    occurredAt: string
    recordedAt: string
    by: string
    facility: string
    reason?: string
    on?: string
    to?: string
    child?: string
  }[]
  documents: CarriedDocument[]
  /** A later visit with the same slip, or the slip sent on: the first thread. */
  partOf?: ThreadKey
  /** Of a visit: the how-manieth with the slip. */
  use?: number
  /** The slip itself has not come yet. */
  shadow?: { person: ShadowPerson }
}

export interface FeedAnswer {
  events: { cursor: string; at: string; thread: ThreadState }[]
  cursor: string
}

export interface DirectorySnapshot {
  issuedAt: string
  facilities: { code: string; name: string; managingBody: string; active: boolean; slipKeys: unknown[]; clientKeys: unknown[] }[]
  /** Trust anchors, base64 DER. */
  trust: string[]
}

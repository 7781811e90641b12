/**
 * What travels between a node and the hub. Nodes dial out; the hub never calls in (DESIGN section 9).
 *
 * Node → hub, with a SMART backend token and `Idempotency-Key`:
 *   POST /fhir/$submit                     Parcel
 *   POST /fhir/Task/$transition            TransitionMessage
 *   POST /fhir/Task/$transitions           StepsMessage → StepsAnswer: routine steps of several threads in one request
 *   GET  /fhir/$events?after=cursor&wait=25  → FeedAnswer (long-poll); `&lane=stat`: the stat threads alone, a cursor of its own
 *                                          header `x-yba-node` says how the node is doing
 *   GET  /fhir/$thread?issuer=&number=     one thread as the feed would tell it
 *   GET  /fhir/$document?sha256=           bytes of a document or its PDF the node is addressed in
 *   GET  /fhir/$documents?sha256=,…        several of them in one answer (paper-bundle.ts)
 *   GET  /fhir/$directory                  → compact JWS of DirectorySnapshot
 *   GET  /fhir/$directory-register         → the register whose digest the snapshot names
 *   POST /fhir/Organization/$slip-key      {DirectoryKey} → {}
 */
import type { PaperKind, SigningRole } from '@yba/vietnam'
import type { ReferralEvent, ReferralState } from '../referral/transitions.ts'

/** How urgent a thread is (FHIR request-priority, of which two words are used): stat overtakes everything on its way. */
export type Priority = 'stat' | 'routine'

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
  /** RFC 3161 token over the JWS's value, base64, where the timestamp service answered in time. */
  timestamp?: string
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
  /** Numbers the sender's HIS gave to the same slip. */
  aliases?: string[]
  /** Absent: routine. */
  priority?: Priority
}

export interface ShadowPerson {
  name: string
  birthDate: string
  sex: '1' | '2' | '3'
  mrn?: string
  citizenId?: string
}

export interface TransitionMessage {
  thread: ThreadKey
  event: ReferralEvent
  expectedVersion?: number
  occurredAt: string
  reason?: string
  /** send-back: why, coded. */
  code?: string
  by: { id: string; display: string; role: string }
  /** schedule, reschedule: the day, yyyy-mm-dd; redirect: facility code. */
  on?: string
  to?: string
  /** arrive with a paper slip the exchange has not seen: who stands at the desk, as the paper says; `digest` from its QR. */
  shadow?: { person: ShadowPerson; digest?: string }
  document?: { issuer: string; number: string; version: number; digest: string }
  /** also-numbered: all numbers the sender's HIS gave to the slip beside its own. */
  aliases?: string[]
  /** void: the papers speak of another person than they should; they leave that person's chart everywhere (F8). */
  wrongPatient?: boolean
  /** Absent: routine. */
  priority?: Priority
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
    code?: string
    on?: string
    to?: string
    child?: string
    wrongPatient?: boolean
  }[]
  documents: CarriedDocument[]
  /** Numbers the sender's HIS gave to the same slip. */
  aliases?: string[]
  /** As the signed slip says; absent: routine. */
  priority?: Priority
  /** A later visit with the same slip, or the slip sent on: the first thread. */
  partOf?: ThreadKey
  /** Of a visit: the how-manieth with the slip. */
  use?: number
  /** Papers that came under a number and version which holds other content (F3). */
  clashes?: { number: string; version: number; at: string }[]
  /** The slip itself has not come yet. */
  shadow?: { person: ShadowPerson }
}

export interface FeedAnswer {
  events: { cursor: string; at: string; thread: ThreadState }[]
  cursor: string
  /** The hub tells from further back than asked, as its operator wished; the node says so (`took`) when it has applied it. */
  offer?: string
}

/** One thread of a node in the hub's list: enough to tell whether both hold the same. */
export interface ThreadDigest {
  issuer: string
  number: string
  version: number
  state: ReferralState
  /** sha-256 over the steps of the story: event, state, time and facility of each. */
  story: string
  /** The same after each step: where two stories part. First 16 hex digits each. */
  steps: string[]
  /** `number#version#digest` of each paper. */
  papers: string[]
}

/** POST /fhir/Task/$transitions: steps of different threads, each under the key its message has for ever. */
export interface StepsMessage {
  steps: { key: string; message: TransitionMessage }[]
}

/** In the order of the steps. `alone`: not taken this way; proposed by itself it is taken, or told why not. */
export interface StepsAnswer {
  answers: ({ key: string; state: ThreadState } | { key: string; alone: true })[]
}

/** GET /fhir/$threads?after=&limit= */
export interface ThreadsAnswer {
  epoch: number
  /** End of the hub's log before the list was read: from there on the feed tells. */
  cursor: string
  threads: ThreadDigest[]
  next?: string
  /** Highest number of the node's own series the hub has seen, by year. */
  series: Record<string, number>
  /** Facilities with nothing left to offer to this epoch of the hub; what they wrote is there by now, or lost. */
  settled: string[]
}

/** What came of comparing a node with the hub, POST /fhir/$reconciled. */
export interface ReconcileReport {
  hubEpoch: number
  ownEpoch: number
  reason: 'hub-restored' | 'node-restored' | 'asked'
  /** `offered`: what the hub lacked is on its way; `done`: both hold the same, but for what `differing` names. */
  stage: 'offered' | 'done'
  /** All that this node had to offer is answered: whoever waits for a step of its need not wait any longer. */
  offeredAll?: boolean
  compared: number
  same: number
  /** Threads fetched from the hub: this node had an older state, or none. */
  fetched: string[]
  /** Threads of which messages were offered to the hub again. */
  reoffered: string[]
  messages: number
  /** Threads that are not as before: the hub's word stands. */
  differing: string[]
  /** Patients who are here by the hub's word while this site has no stay of them any more. */
  stayMissing: string[]
}

/** A slip that is being compared with the hub after a restore: until that ends its state here may change. */
export interface ReconcilingView {
  since: string
  reason: ReconcileReport['reason']
  /** Whose step the hub has not got back yet; this site's own code while its messages are on their way. */
  awaits: string
}

/** A public key of a facility, with the days between which it was used. */
export interface DirectoryKey {
  kid: string
  kty?: string
  crv?: string
  x?: string
  y?: string
  from?: string
  until?: string
  revoked?: string
}

/** From `from` on what `code` was is `becomes`; what was written under `code` after `until` is somebody else's. */
export interface DirectoryAlias {
  code: string
  becomes: string
  from: string
  until?: string
}

/** What GET /fhir/$directory carries in its JWS (ES384 by the hub's directory key, `typ` yba-directory). */
export interface DirectorySnapshot {
  issuedAt: string
  /** Facility code of the hub. */
  issuer: string
  /** Address a phone reaches; slips are printed with it. */
  publicUrl: string
  facilities: {
    code: string
    name: string
    managingBody: string
    active: boolean
    /** May not speak to the exchange for now; its slips stay genuine. */
    suspended: boolean
    slipKeys: DirectoryKey[]
    clientKeys: DirectoryKey[]
    /** First and last day of the code, its level, and whether it stands for one nobody knows yet. */
    validFrom?: string
    validUntil?: string
    level?: string
    demoCode?: true
  }[]
  /** Digest of what GET /fhir/$directory-register gives: names with their days, lists, departments, practitioners. */
  register?: { sha256: string }
  aliases: DirectoryAlias[]
  /** Trust anchors, base64 DER. */
  trust: string[]
  /** Keys by which the next snapshots may be signed. */
  directoryKeys: DirectoryKey[]
}

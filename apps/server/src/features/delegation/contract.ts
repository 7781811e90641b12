/** Shapes of the register of signing authority, shared with the web app (types only). */
import type { PaperKind, SigningForm } from '@yba/vietnam'

export interface DelegationView {
  id: string
  user: { id: string; name: string }
  form: SigningForm
  /** Chức vụ of the head for whom is signed, and of the person. */
  head: string
  title: string
  /** As it is printed above the signature. */
  lines: string[]
  kinds: PaperKind[]
  decision: string
  decidedOn: string
  from: string
  /** Exclusive; absent: until it is revoked. */
  until?: string
  state: 'in-force' | 'ending' | 'to-come' | 'over' | 'revoked'
  /** Whole days left, for what ends soon. */
  daysLeft?: number
  recordedAt: string
  recordedBy: string
  revoked?: { at: string; by: string; reason: string }
}

/** GET /fhir/Practitioner/$signing-authority */
export interface RegisterAnswer {
  rows: DelegationView[]
  /** Who may be given authority; empty for those who only read the register. */
  people: { id: string; name: string; title: string }[]
}

/** POST /fhir/Practitioner/$grant-signing-authority. Days are of the site's zone; `until` is the last day it holds. */
export interface GrantRequest {
  user: string
  form: SigningForm
  head: string
  title: string
  kinds: PaperKind[]
  decision: string
  decidedOn: string
  from: string
  until?: string
}

/** POST /fhir/Practitioner/$revoke-signing-authority */
export interface RevokeRequest {
  delegation: string
  reason: string
}

/** By what the person on screen would sign now. */
export interface SigningCapacity {
  lines: string[]
  /** Decision and period in words. */
  basis: string
  /** Days left, when it ends within two weeks. */
  daysLeft?: number
}

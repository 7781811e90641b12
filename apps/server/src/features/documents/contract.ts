/** Shapes of documents and their signatures, shared with the web app (types only). */
import type { PaperKind, SigningRole } from '@yba/vietnam'

export type Verdict = 'pending' | 'valid' | 'invalid' | 'indeterminate'

export interface SignatureView {
  role: SigningRole
  kind: 'jws' | 'pades'
  by: string
  organization?: string
  title?: string
  /** For whom and by which decision, as the signer stated it under the signature: shown, not judged. */
  mandate?: { lines: string[]; basis: string }
  signedAt: string
  verdict: Verdict
  reasons: { code: string; vi: string; en: string; cure?: { vi: string; en: string } }[]
  /** When a timestamp proves that the signature existed. */
  timestampedAt?: string
  /** What the verdict rests on, as it was told. */
  evidence?: EvidenceLine[]
  /** Asked, and not answered yet. */
  awaited?: AwaitedLine[]
}

export interface EvidenceLine {
  kind: 'ocsp' | 'crl' | 'timestamp'
  /** When the authority said it. */
  at: string
  /** Address asked; absent where it came with the signature. */
  source?: string
  /** sha-256 of the kept bytes. */
  digest: string
}

export interface AwaitedLine {
  kind: 'revocation' | 'timestamp'
  since: string
  attempts: number
  nextAt: string
  /** Why the last try gave nothing. */
  fault?: { code: string; vi: string; en: string }
}

/**
 * May the paper be used where the law asks for a signature (legal print, insurance claim)? Reading it for care is never
 * in question.
 */
export type LegalUse = 'usable' | 'waiting' | 'quarantined'

/** Something odd about a document that was taken all the same. */
export interface Issue {
  code: string
  severity: 'fatal' | 'error' | 'warning' | 'information'
  path?: string
  vi: string
  en: string
  cure: { vi: string; en: string }
}

/** GET /fhir/DocumentReference/{id}/$issues */
export interface IssuesAnswer {
  findings: Issue[]
}

export interface DocumentView {
  /** Local DocumentReference id. */
  id: string
  kind: PaperKind
  title: string
  issuer: string
  number: string
  version: number
  /** sha-256 of the exact bytes, hex. */
  digest: string
  /** Address of the exact bytes and of the newest PDF revision. */
  bytes: string
  pdf?: string
  /** The print as it is handed out: with all evidence inside, once every signature is settled. */
  print?: string
  required: SigningRole[]
  signatures: SignatureView[]
  legalUse: LegalUse
  /** Composed from this record (MA_LK) of the issuer's own HIS; it bears the facility's seal alone. */
  source?: string
  /** Accepted with issues: what was found when it was taken. */
  issues?: Issue[]
}

export type DemoService = 'ocsp' | 'crl' | 'tsa' | 'signer'

export interface DemoSwitch {
  mode: 'normal' | 'slow' | 'wrong' | 'down'
  seconds?: number
  how?: string
}

/** GET /fhir/$demo-switches; POST /fhir/$demo-switch answers the same. */
export interface DemoSwitches {
  services: Record<'ocsp' | 'crl' | 'tsa', DemoSwitch> & { signer?: DemoSwitch }
  certificates: { serial: string; site: string; name: string; notAfter: string; revokedAt: string | null }[]
}

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
  reasons: { code: string; vi: string; en: string }[]
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
  required: SigningRole[]
  signatures: SignatureView[]
}

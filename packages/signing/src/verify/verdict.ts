/** What a verification says, and what it is given to judge with. */
import { type Finding, finding, findingText, type OutcomeDefinition, type OutcomeValues } from '@yba/fhir'
import { REASON } from '../outcomes.ts'

export type Verdict = 'valid' | 'invalid' | 'indeterminate' | 'pending'

export interface VerdictReason {
  code: string
  vi: string
  en: string
  cure: { vi: string; en: string }
}

export interface SignatureVerdict {
  kind: 'pades' | 'jws'
  /** PDF field name. */
  field?: string
  /** Common name of the signer's certificate; empty while nothing is signed. */
  by: string
  /** The whole subject on one line. */
  subject?: string
  role?: string
  /** Certificate serial number, hex. */
  serial?: string
  /** When the signer says it signed, ISO 8601. */
  signedAt?: string
  /** When an RFC 3161 timestamp proves it existed, ISO 8601. */
  timestampedAt?: string
  verdict: Verdict
  reasons: VerdictReason[]
  /** PAdES: the signature covers every byte of its revision except its own value. */
  coversWholeRevision?: boolean
  /** PAdES: revisions follow this signature (lawful ones, such as further signatures, too). */
  modifiedAfter?: boolean
  /** The signer's certificate, DER. */
  certificate?: Buffer
  /** The certificate that issued it, DER, where the chain reaches trust. */
  issuer?: Buffer
  /** What a timestamp of this signature stamps: the signature value as its format says. */
  stamped?: Buffer
  /** The evidence that decided, as it was given. */
  used?: Uint8Array[]
  /** What of it stood in the PDF itself. */
  embedded?: Uint8Array[]
  /** From the signer's certificate to trust, DER, where the chain reaches it. */
  path?: Buffer[]
  /** PAdES: the name under which the file keeps evidence about this signature. */
  evidenceName?: string
}

/** A token over one value, or over the root of a tree of values with the way to that root. */
export interface TimeProof {
  /** RFC 3161 token, DER. */
  token: Uint8Array
  /** Siblings from the leaf upwards; absent = the token stamps the value itself. */
  path?: MerkleStep[]
}

export interface MerkleStep {
  side: 'left' | 'right'
  /** Hex. */
  hash: string
}

/** Why there is no answer about a certificate's revocation. */
export type Lacking = 'awaited' | 'overdue' | 'unusable' | 'no-service'

export interface TrustContext {
  /** Trusted authority certificates, DER: roots, or issuing authorities taken as anchors. */
  trust: Uint8Array[]
  /** The moment of judging; the caller's clock. */
  at: Date
  /** Certificate revocation lists, DER. */
  crls?: Uint8Array[]
  /** OCSP responses, DER. */
  ocsp?: Uint8Array[]
  /** The caller's own proof that the signature existed at this time (when the hub received it). */
  existedAt?: Date
  /** Timestamps kept beside a signature, by the value they stamp. */
  timeProofs?: (stamped: Buffer) => TimeProof[]
  /**
   * Judge revocation strictly: evidence from after the signature is needed, and this says why there is none for a
   * certificate. Absent: what is given is judged, and nothing given is said to be not checked.
   */
  lacking?: (certificate: Buffer) => Lacking
  /** Evidence that stands in the judged file: it may settle what nothing else does, and unreadable or foreign says nothing. */
  embedded?: { ocsp: Uint8Array[]; crls: Uint8Array[] }
  /** More authority certificates for building chains; not trusted by themselves. */
  intermediates?: Uint8Array[]
}

const WAITS: ReadonlySet<string> = new Set([REASON.revocationAwaited.code, REASON.revocationOlder.code])

/** Collects findings and draws the verdict: an error makes it invalid, a warning indeterminate, an awaited answer pending. */
export class Judgement {
  readonly findings: Finding[] = []
  /** Evidence that decided something. */
  readonly used: Uint8Array[] = []
  /** Who issued the signer's certificate, where the path reaches trust. */
  issuer: Buffer | undefined
  /** The whole path to trust. */
  path: Buffer[] | undefined

  add(definition: OutcomeDefinition, values: OutcomeValues = {}): void {
    this.findings.push(finding(definition, values))
  }

  get verdict(): Verdict {
    const has = (severity: string): boolean => this.findings.some((f) => f.definition.severity === severity)
    if (has('error') || has('fatal')) return 'invalid'
    if (has('warning')) return 'indeterminate'
    return this.findings.some((f) => WAITS.has(f.definition.code)) ? 'pending' : 'valid'
  }

  get reasons(): VerdictReason[] {
    return this.findings.map((f) => {
      const { code, vi, en, cure } = findingText(f)
      return { code, vi, en, cure }
    })
  }
}

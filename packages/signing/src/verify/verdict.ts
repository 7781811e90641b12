/** What a verification says, and what it is given to judge with. */
import { type Finding, finding, findingText, type OutcomeDefinition, type OutcomeValues } from '@yba/fhir'

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
}

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
  /** More authority certificates for building chains; not trusted by themselves. */
  intermediates?: Uint8Array[]
}

/** Collects findings and draws the verdict: an error makes it invalid, a warning indeterminate. */
export class Judgement {
  readonly findings: Finding[] = []

  add(definition: OutcomeDefinition, values: OutcomeValues = {}): void {
    this.findings.push(finding(definition, values))
  }

  get verdict(): Verdict {
    const has = (severity: string): boolean => this.findings.some((f) => f.definition.severity === severity)
    if (has('error') || has('fatal')) return 'invalid'
    return has('warning') ? 'indeterminate' : 'valid'
  }

  get reasons(): VerdictReason[] {
    return this.findings.map((f) => {
      const { code, vi, en, cure } = findingText(f)
      return { code, vi, en, cure }
    })
  }
}

/** Single links between certificates: reading them, and who signed whom. Chain and revocation both stand on this. */
import { type ReadCertificate, readCertificate, verifyDer } from '../x509/certificate.ts'
import { keyWeakness } from '../x509/keys.ts'

export interface SigningTime {
  /** What the signer claims. */
  claimed?: Date
  /** Not later than this, proven by a timestamp or by the caller. */
  proven?: Date
}

export const day = (date: Date): string => date.toISOString().slice(0, 10)

/** Links judged before: a certificate's signature does not change, and the same authorities come with every document. */
const judged = new WeakMap<ReadCertificate, WeakMap<ReadCertificate, boolean>>()

/** True when `issuer` made `subject`'s signature. */
export function signedBy(subject: ReadCertificate, issuer: ReadCertificate): boolean {
  const known = judged.get(subject) ?? new WeakMap<ReadCertificate, boolean>()
  judged.set(subject, known)
  const result = known.get(issuer) ?? judgeLink(subject, issuer)
  known.set(issuer, result)
  return result
}

function judgeLink(subject: ReadCertificate, issuer: ReadCertificate): boolean {
  const { signatureAlgorithm, signatureValue, tbsView } = subject.parsed
  if (!subject.issuerDer.equals(issuer.subjectDer) || keyWeakness(issuer.publicKey)) return false
  return verifyDer(signatureAlgorithm.algorithmId, issuer.publicKey, tbsView, new Uint8Array(signatureValue.valueBlock.valueHexView))
}

/** Reads certificates, leaving out what cannot be read: an unreadable extra certificate proves nothing. */
export function readAll(list: Uint8Array[]): ReadCertificate[] {
  return list.flatMap((bytes) => {
    const read = tryRead(bytes)
    return read ? [read] : []
  })
}

/** A certificate, or null when the bytes are none. */
export function tryRead(bytes: Uint8Array): ReadCertificate | null {
  try {
    return readCertificate(bytes)
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

/**
 * The one interface behind which private keys live. It is the same for a key file, a PKCS#11 token, an HSM and the
 * remote services (SmartCA, MySign, CSC): they all sign a hash, some at once, some minutes later.
 *
 * A remote adapter starts a transaction, polls it, and resolves when the person has confirmed. When it does not want
 * to wait any longer it throws SIGNER_PENDING; the caller keeps the requests (plain data) and calls `sign` again with
 * the same `reference`s, and the adapter picks its transaction up again, after a restart too.
 */
import { createHash, createPrivateKey, constants as cryptoConstants, sign as cryptoSign, type KeyObject } from 'node:crypto'
import { OutcomeError, type OutcomeValues, refuse } from '@yba/fhir'
import { SEAL_MISSING, SIGNER_PENDING, SIGNER_REFUSED, SIGNER_UNAVAILABLE, SIGNING_CERTIFICATE_EXPIRED } from './outcomes.ts'
import { readCertificate } from './x509/certificate.ts'
import { signingAlgorithm } from './x509/keys.ts'

export interface SignerCertificate {
  /** DER. */
  certificate: Buffer
  /** DER, issuing authority first; the root may be left out. */
  chain: Buffer[]
  algorithm: 'RS256' | 'ES256'
}

export interface SignRequest {
  /** The bytes to be signed. Remote services only get `hash`. */
  tbs: Uint8Array
  /** SHA-256 of `tbs`. */
  hash: Uint8Array
  hashAlgorithm: 'sha-256'
  algorithm: 'RS256' | 'ES256'
  /** What the signer reads on the device: "Phiếu chuyển cơ sở KBCB số …". */
  description: string
  /** Stable id of this request: asking again with it must not make a second transaction. */
  reference: string
}

export interface Signer {
  /** The certificate must be known before anything is hashed: signatures name it inside the signed bytes. */
  certificate(): Promise<SignerCertificate>
  /**
   * Signs all requests in one go (one PIN, one confirmation). Gives one value per request, in order: RSA PKCS#1 v1.5
   * as it is, ECDSA as r‖s (64 bytes). Throws SIGNER_UNAVAILABLE (retry), SIGNER_REFUSED (final), SIGNER_PENDING.
   */
  sign(requests: SignRequest[]): Promise<Buffer[]>
}

/** The signer does not answer: keep the requests and try again later. */
export const signerUnavailable = (values: OutcomeValues = {}): OutcomeError => refuse(SIGNER_UNAVAILABLE, values)
/** A person or the provider said no: final. */
export const signerRefused = (values: OutcomeValues = {}): OutcomeError => refuse(SIGNER_REFUSED, values)
/** The person has not confirmed yet: ask again with the same requests. */
export const signerPending = (values: OutcomeValues = {}): OutcomeError => refuse(SIGNER_PENDING, values)

/** True for outcomes after which the same requests may be sent again. */
export function isRetryable(error: unknown): boolean {
  const codes = [SIGNER_UNAVAILABLE.code, SEAL_MISSING.code, SIGNER_PENDING.code, SIGNING_CERTIFICATE_EXPIRED.code]
  return error instanceof OutcomeError && codes.includes(error.code)
}

/** Builds a request, computing its hash. */
export function signRequest(tbs: Uint8Array, certificate: SignerCertificate, description: string, reference: string): SignRequest {
  const hash = createHash('sha256').update(tbs).digest()
  return { tbs, hash, hashAlgorithm: 'sha-256', algorithm: certificate.algorithm, description, reference }
}

/** Describes a certificate for signing. Throws SIGNER_REFUSED where its key type is not one we sign with. */
export function signerCertificate(certificate: Uint8Array, chain: Uint8Array[]): SignerCertificate {
  const algorithm = signingAlgorithm(readCertificate(certificate).publicKey)
  if (!algorithm) throw signerRefused()
  return { certificate: Buffer.from(certificate), chain: chain.map((c) => Buffer.from(c)), algorithm }
}

/** A signer whose unwrapped key is in memory: demo users, facility seals of small sites. */
export function keyFileSigner(key: { pkcs8: Uint8Array; certificate: Uint8Array; chain: Uint8Array[] }): Signer {
  const described = signerCertificate(key.certificate, key.chain)
  const privateKey = createPrivateKey({ key: Buffer.from(key.pkcs8), format: 'der', type: 'pkcs8' })
  return {
    certificate: async () => described,
    sign: async (requests) => requests.map((request) => signWithKey(privateKey, request)),
  }
}

function signWithKey(key: KeyObject, request: SignRequest): Buffer {
  return request.algorithm === 'ES256'
    ? cryptoSign('sha256', request.tbs, { key, dsaEncoding: 'ieee-p1363' })
    : cryptoSign('sha256', request.tbs, { key, padding: cryptoConstants.RSA_PKCS1_PADDING })
}

/**
 * One signing act: a person (or a facility's seal) signs one document in one role. It makes a detached JWS over the
 * document's bytes and a PAdES revision of its PDF, with one call to the signer: one PIN, one confirmation.
 *
 * `signAct` does it in one go. Where the signer answers later, keep what `prepareAct` gave and call `finishAct` when
 * the values have come; `storeAct` and `restoreAct` carry it over a restart.
 */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { cmsSignatureValue, signedAttributes } from './cms.ts'
import { finishJws, type PreparedJws, prepareJws, signingInput } from './jws.ts'
import { SIGNATURE_UNUSABLE } from './outcomes.ts'
import { injectPdfSignature, type PreparedPdf, preparePdfSignature, rangeDigest, type SignatureField } from './pdf/prepare.ts'
import { type Signer, type SignerCertificate, type SignRequest, signRequest } from './signer.ts'
import { readCertificate } from './x509/certificate.ts'
import { nameAttribute, nameText } from './x509/names.ts'

export interface SignActOptions {
  /** The document, exactly. */
  bytes: Uint8Array
  /** Its PDF with the signatures made so far. */
  pdf: Uint8Array
  field: SignatureField
  fieldName: string
  /** Machine-readable role: `author`, `approver`, `seal` … */
  role: string
  roleText?: string
  /** For whom and by which decision the signer signs; it stands in the signed header. */
  mandate?: object
  /** The lines above the name that say so: `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`. */
  capacity?: readonly string[]
  reason?: string
  /** Printed name and title; taken from the certificate where not given. */
  signerName?: string
  title?: string
  organization?: string
  at: Date
  /** Another TrueType font for the picture. */
  font?: Uint8Array
  /** What the signer reads on the device; the reason where not given. */
  description?: string
  /** Stable id of the act, so that asking a remote signer again starts nothing twice. */
  reference?: string
  contentType?: string
}

export interface PreparedAct {
  jws: PreparedJws
  pdf: PreparedPdf
  requests: [SignRequest, SignRequest]
  signedAt: Date
}

export interface SignedAct {
  jws: string
  pdf: Buffer
  /** The certificate's subject on one line, and its common name. */
  certificateSubject: string
  by: string
  serial: string
  /** ISO 8601. */
  signedAt: string
  certificate: Buffer
}

/** First phase: everything up to the two values a signer has to make. Throws as `preparePdfSignature` does. */
export async function prepareAct(options: SignActOptions, certificate: SignerCertificate): Promise<PreparedAct> {
  const { subject } = readCertificate(certificate.certificate).parsed
  const signerName = options.signerName ?? nameAttribute(subject, 'commonName') ?? ''
  const title = options.title ?? nameAttribute(subject, 'title')
  const { bytes, at, role, mandate, contentType } = options
  const jws = prepareJws({ bytes, certificate, at, role, mandate, contentType })
  const pdf = await preparePdfSignature({ ...options, signerName, title, certificate })
  const digest = createHash('sha256').update(options.bytes).digest('hex')
  const reference = options.reference ?? `${digest}/${options.fieldName}/${options.role}`
  const description = options.description ?? options.reason ?? options.roleText ?? 'Y Bạ'
  return {
    jws,
    pdf,
    requests: [
      signRequest(jws.tbs, certificate, description, `${reference}/jws`),
      signRequest(pdf.tbs, certificate, description, `${reference}/pades`),
    ],
    signedAt: options.at,
  }
}

/** Second phase. Throws SIGNATURE_UNUSABLE when a value does not fit: then neither signature is made. */
export function finishAct(prepared: PreparedAct, values: Uint8Array[], timestampToken?: Buffer): SignedAct {
  const [jwsValue, pdfValue] = values
  if (!jwsValue || !pdfValue) throw refuse(SIGNATURE_UNUSABLE)
  const read = readCertificate(prepared.pdf.certificate.certificate)
  return {
    jws: finishJws(prepared.jws, jwsValue),
    pdf: injectPdfSignature(prepared.pdf, pdfValue, timestampToken),
    certificateSubject: nameText(read.parsed.subject),
    by: nameAttribute(read.parsed.subject, 'commonName') ?? '',
    serial: read.serialHex,
    signedAt: prepared.signedAt.toISOString(),
    certificate: read.der,
  }
}

/** A prepared act as text, to be kept while a remote signer is asked. Holds no secret. */
export function storeAct(prepared: PreparedAct): string {
  const { certificate, chain, algorithm } = prepared.pdf.certificate
  const [first, second] = prepared.requests
  return JSON.stringify({
    header: prepared.jws.protectedHeader,
    pdf: prepared.pdf.prepared.toString('base64'),
    fieldName: prepared.pdf.fieldName,
    byteRange: prepared.pdf.byteRange,
    certificate: certificate.toString('base64'),
    chain: chain.map((c) => c.toString('base64')),
    algorithm,
    description: first.description,
    references: [first.reference, second.reference],
    signedAt: prepared.signedAt.toISOString(),
  })
}

interface StoredAct {
  header: string
  pdf: string
  fieldName: string
  byteRange: PreparedPdf['byteRange']
  certificate: string
  chain: string[]
  algorithm: SignerCertificate['algorithm']
  description: string
  references: [string, string]
  signedAt: string
}

/** The way back, with the document's bytes: the same requests, so that the value a remote signer makes still fits. */
export function restoreAct(stored: string, bytes: Uint8Array): PreparedAct {
  const s = JSON.parse(stored) as StoredAct
  const base64 = (text: string): Buffer => Buffer.from(text, 'base64')
  const certificate: SignerCertificate = { certificate: base64(s.certificate), chain: s.chain.map(base64), algorithm: s.algorithm }
  const file = base64(s.pdf)
  const jws = { protectedHeader: s.header, tbs: signingInput(s.header, bytes), certificate }
  const tbs = signedAttributes(rangeDigest(file, s.byteRange), certificate.certificate)
  return {
    jws,
    pdf: { prepared: file, tbs, certificate, fieldName: s.fieldName, byteRange: s.byteRange },
    requests: [
      signRequest(jws.tbs, certificate, s.description, s.references[0]),
      signRequest(tbs, certificate, s.description, s.references[1]),
    ],
    signedAt: new Date(s.signedAt),
  }
}

/** What timestamps of this act stamp: the JWS's value as it is written, and the CMS's signature value. */
export function stampedValues(prepared: PreparedAct, values: Uint8Array[]): { jws: Buffer; pdf: Buffer } {
  const [jwsValue, pdfValue] = values
  if (!jwsValue || !pdfValue) throw refuse(SIGNATURE_UNUSABLE)
  return {
    jws: Buffer.from(Buffer.from(jwsValue).toString('base64url'), 'ascii'),
    pdf: cmsSignatureValue(prepared.pdf.certificate, pdfValue),
  }
}

/** The whole act. Throws SIGNER_UNAVAILABLE, SIGNER_REFUSED, SIGNER_PENDING; then nothing has been changed. */
export async function signAct(options: SignActOptions & { signer: Signer }): Promise<SignedAct> {
  const { signer, ...rest } = options
  const prepared = await prepareAct(rest, await signer.certificate())
  return finishAct(prepared, await signer.sign(prepared.requests))
}

/**
 * One signing act: a person (or a facility's seal) signs one document in one role. It makes a detached JWS over the
 * document's bytes and a PAdES revision of its PDF, with one call to the signer: one PIN, one confirmation.
 *
 * `signAct` does it in one go. Where the signer answers later, keep what `prepareAct` gave and call `finishAct` when
 * the values have come.
 */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { finishJws, type PreparedJws, prepareJws } from './jws.ts'
import { SIGNATURE_UNUSABLE } from './outcomes.ts'
import { injectPdfSignature, type PreparedPdf, preparePdfSignature, type SignatureField } from './pdf/prepare.ts'
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
  const jws = prepareJws({ bytes: options.bytes, certificate, at: options.at, role: options.role, contentType: options.contentType })
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

/** The whole act. Throws SIGNER_UNAVAILABLE, SIGNER_REFUSED, SIGNER_PENDING; then nothing has been changed. */
export async function signAct(options: SignActOptions & { signer: Signer }): Promise<SignedAct> {
  const { signer, ...rest } = options
  const prepared = await prepareAct(rest, await signer.certificate())
  return finishAct(prepared, await signer.sign(prepared.requests))
}

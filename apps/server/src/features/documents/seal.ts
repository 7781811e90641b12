/** The facility's seal: whether it can be used now. What it signs here is random bytes and is thrown away. */
import { randomBytes, randomUUID } from 'node:crypto'
import { type Finding, OutcomeError } from '@yba/fhir'
import { finishJws, prepareJws, readCertificate, SIGNATURE_UNUSABLE, signRequest } from '@yba/signing'
import type { Site } from '../../site.ts'
import { signerFor } from './signers.ts'

/**
 * Signs with the seal and compares with its certificate; gives the certificate's last day. Throws `seal-missing`,
 * `signer-unavailable`, `signing-certificate-expired`, `signing-certificate-revoked`, `signature-unusable`.
 */
export async function trySeal(site: Site): Promise<Date> {
  const signer = await signerFor(site, 'seal')
  const certificate = await signer.certificate()
  const prepared = prepareJws({ bytes: randomBytes(64), certificate, at: site.clock.now() })
  const [value] = await signer.sign([signRequest(prepared.tbs, certificate, 'Thử con dấu', randomUUID())])
  finishJws(prepared, value ?? Buffer.alloc(0))
  return readCertificate(certificate.certificate).validTo
}

/** Why nothing can be sealed; undefined while it can. A file that cannot be read is an alert of its own and a value that fits nothing here. */
export async function sealFault(site: Site): Promise<Finding | undefined> {
  try {
    await trySeal(site)
    return undefined
  } catch (error) {
    if (error instanceof OutcomeError && error.findings[0]) return error.findings[0]
    site.log.error({ err: error }, 'the seal cannot be tried')
    return { definition: SIGNATURE_UNUSABLE, values: {} }
  }
}

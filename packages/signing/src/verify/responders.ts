/** Who signed an authority's answer: so that somebody is told before that certificate ends, too. */
import * as pkijs from 'pkijs'
import { arrayBuffer, der, EKU, type ReadCertificate } from '../x509/certificate.ts'
import { readCms } from './cms.ts'
import { readAll } from './links.ts'

function ocspResponders(bytes: Uint8Array): ReadCertificate[] {
  const response = pkijs.OCSPResponse.fromBER(arrayBuffer(bytes))
  if (!response.responseBytes) return []
  const basic = pkijs.BasicOCSPResponse.fromBER(arrayBuffer(response.responseBytes.response.valueBlock.valueHexView))
  return readAll((basic.certs ?? []).map((c) => der(c))).filter((c) => c.extendedKeyUsage?.includes(EKU.ocspSigning))
}

/**
 * The certificates of the services that made an OCSP answer or a timestamp, as far as the answer carries them; an answer
 * signed by the authority itself carries none. What cannot be read has none.
 */
export function responderCertificates(kind: 'ocsp' | 'timestamp', bytes: Uint8Array): ReadCertificate[] {
  try {
    if (kind === 'ocsp') return ocspResponders(bytes)
    const cms = readCms(bytes)
    return typeof cms === 'string' ? [] : [cms.signer]
  } catch (error) {
    if (error instanceof Error) return []
    throw error
  }
}

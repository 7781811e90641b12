/** Whom to ask about a certificate and about time: the settings first, then what the certificate itself names. */
import { keyIdentifierOf, servicesNamed } from '@yba/signing'
import type { Site } from '../../site.ts'

export interface RevocationServices {
  ocsp: string[]
  crl: string[]
  /** The OCSP service sends nonces back. */
  nonce: boolean
}

/** Services for a certificate whose issuer is trusted: only then are its own addresses worth following. */
export function revocationServices(site: Site, certificate: Uint8Array, issuer: Uint8Array): RevocationServices {
  const keyId = keyIdentifierOf(issuer)
  const named = site.settings.trustServices?.issuers.find((i) => i.keyId === keyId)
  if (named) return { ocsp: named.ocsp, crl: named.crl, nonce: named.nonce ?? false }
  return { ...servicesNamed(certificate), nonce: false }
}

export const timestampServices = (site: Site): string[] => site.settings.trustServices?.timestamps ?? []

/** Whether this site judges revocation at all; a production site does not start without. */
export const judgesRevocation = (site: Site): boolean => site.settings.trustServices !== undefined

/**
 * A signing act as the store keeps it: one append-only Provenance, keyed (digest, signer, role, act).
 * The JWS stands in `signature`; the PAdES revision is the PDF the DocumentReference points at.
 */
import { codeSystemUrl, extensionUrl, SYSTEM } from '@yba/fhir'
import type { SigningRole } from '@yba/vietnam'
import type { Provenance } from 'fhir/r4.d.ts'
import type { FhirResource } from '../../store/types.ts'
import type { CarriedSignature } from '../exchange/contract.ts'

const ROLE_SYSTEM = codeSystemUrl('signing-role')
const SERIAL_URL = extensionUrl('certificate-serial')
const TITLE_URL = extensionUrl('signer-title')
const TIMESTAMP_URL = extensionUrl('signature-timestamp')

/** Purposes of a signature, ASTM E1762: author, verification by the authorised signer, and the facility's own. */
const PURPOSE: Record<SigningRole, { code: string; display: string }> = {
  doctor: { code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" },
  authorised: { code: '1.2.840.10065.1.12.1.5', display: 'Verification Signature' },
  seal: { code: '1.2.840.10065.1.12.1.14', display: 'Source Signature' },
}

const named = (value: string) => ({ identifier: { system: 'urn:ietf:rfc:3986', value } })

/** One signing act → Provenance (without id). */
export function signatureProvenance(
  act: CarriedSignature,
  facts: { document: string; digest: string; facility: { code: string; name: string }; source?: string | undefined },
): FhirResource {
  const who = { display: act.by, identifier: { system: SYSTEM.facility, value: facts.facility.code } }
  const resource: Provenance = {
    resourceType: 'Provenance',
    extension: [
      { url: SERIAL_URL, valueString: act.serial },
      ...(act.title ? [{ url: TITLE_URL, valueString: act.title }] : []),
      ...(act.timestamp ? [{ url: TIMESTAMP_URL, valueBase64Binary: act.timestamp }] : []),
    ],
    target: [{ reference: facts.document }],
    occurredDateTime: act.signedAt,
    recorded: act.signedAt,
    agent: [{ role: [{ coding: [{ system: ROLE_SYSTEM, code: act.role }] }], who, onBehalfOf: { display: facts.facility.name } }],
    entity: [
      { role: 'source', what: named(`urn:sha256:${facts.digest}`) },
      // Nobody wrote it by hand: the record of the HIS it was composed from.
      ...(facts.source ? [{ role: 'derivation' as const, what: named(facts.source) }] : []),
    ],
    signature: [
      {
        type: [{ system: 'urn:iso-astm:E1762-95:2013', ...PURPOSE[act.role] }],
        when: act.signedAt,
        who,
        sigFormat: 'application/jose',
        data: Buffer.from(act.jws).toString('base64'),
      },
    ],
  }
  return resource as unknown as FhirResource
}

/** Reference of the paper a signing act is about. */
export const signedDocument = (resource: FhirResource): string => (resource as unknown as Provenance).target[0]?.reference ?? ''

/** Provenance → signing act; the inverse of `signatureProvenance`. */
export function signingAct(resource: FhirResource): CarriedSignature {
  const p = resource as unknown as Provenance
  const extension = (url: string) => p.extension?.find((e) => e.url === url)?.valueString
  const title = extension(TITLE_URL)
  const timestamp = p.extension?.find((e) => e.url === TIMESTAMP_URL)?.valueBase64Binary
  return {
    role: (p.agent[0]?.role?.[0]?.coding?.[0]?.code ?? 'seal') as SigningRole,
    jws: Buffer.from(p.signature?.[0]?.data ?? '', 'base64').toString('utf8'),
    signedAt: p.recorded,
    by: p.agent[0]?.who.display ?? '',
    ...(title ? { title } : {}),
    serial: extension(SERIAL_URL) ?? '',
    ...(timestamp ? { timestamp } : {}),
  }
}

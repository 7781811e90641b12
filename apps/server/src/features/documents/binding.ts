/**
 * A signature that is sound in itself must also be the one it is filed as. Role, name and certificate number travel
 * beside a signature in words that nobody signed; here they are held against what the signer did sign.
 */
import { nameAttribute, readCertificate, type SignatureVerdict, type VerdictReason } from '@yba/signing'
import { foldName } from '@yba/vietnam'

const askSender = { vi: 'Không dùng văn bản này; yêu cầu nơi gửi ký lại.', en: 'Do not use this paper; ask the sender to sign again.' }

const ROLE_DIFFERS: VerdictReason = {
  code: 'signature-role-differs',
  vi: 'Chữ ký được ký với vai trò khác vai trò ghi trên hồ sơ.',
  en: 'The signature was made in another role than the one it is filed under.',
  cure: askSender,
}

const CERTIFICATE_DIFFERS: VerdictReason = {
  code: 'signature-certificate-differs',
  vi: 'Chứng thư của chữ ký khác chứng thư đã ghi cho vai trò này.',
  en: 'The signature was made with another certificate than the one recorded for this role.',
  cure: askSender,
}

const OTHER_ORGANIZATION: VerdictReason = {
  code: 'signer-of-other-organization',
  vi: 'Người ký thuộc tổ chức khác, không phải cơ sở phát hành văn bản.',
  en: 'The signer belongs to another organisation, not to the facility that issued the paper.',
  cure: askSender,
}

/** O= of the certificate's subject. */
export function organizationOf(v: SignatureVerdict): string | undefined {
  return v.certificate && nameAttribute(readCertificate(v.certificate).parsed.subject, 'organization')
}

/**
 * What contradicts the record of a signature whose certificate could be read. `serial` undefined: nothing is recorded
 * to compare with. A person's own certificate may name no organisation; a seal must name the facility.
 */
export function bindingFaults(
  v: SignatureVerdict,
  recorded: { role: string; serial: string | undefined },
  issuer: { name: string },
): VerdictReason[] {
  const organization = organizationOf(v) ?? (recorded.role === 'seal' ? v.by : undefined)
  const foreign = organization !== undefined && foldName(organization) !== foldName(issuer.name)
  return [
    ...(v.role === recorded.role ? [] : [ROLE_DIFFERS]),
    ...(recorded.serial === undefined || recorded.serial === v.serial ? [] : [CERTIFICATE_DIFFERS]),
    ...(foreign ? [OTHER_ORGANIZATION] : []),
  ]
}

/** RFC 3161 timestamps: what a token proves, if anything. */
import * as pkijs from 'pkijs'
import { CMS_OID } from '../cms.ts'
import { merkleRoot } from '../merkle.ts'
import { arrayBuffer, EKU, sha } from '../x509/certificate.ts'
import { judgeCms, readCms } from './cms.ts'
import { readAll, signedBy } from './links.ts'
import { Judgement, type TimeProof, type TrustContext } from './verdict.ts'

/** The earliest time that proofs kept beside a signature prove for `value`; those that prove nothing are passed over. */
export function earliestProof(proofs: readonly TimeProof[], value: Buffer, context: TrustContext): { at: Date; token: Uint8Array } | null {
  const found = proofs.flatMap(({ token, path }) => {
    const at = provenTime(token, path ? merkleRoot(value, path) : value, context)
    return at ? [{ at, token }] : []
  })
  return found.toSorted((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null
}

/** The time a token proves for `value` (the stamped bytes), or null when it proves nothing. Never throws on bad tokens. */
export function provenTime(token: Uint8Array, value: Uint8Array, context: TrustContext): Date | null {
  const cms = readCms(token)
  if (typeof cms === 'string' || !cms.content || cms.contentType !== CMS_OID.tstInfo) return null
  const judgement = new Judgement()
  judgeCms(cms, hashOf(cms.bits, cms.content), false, judgement)
  const info = readInfo(cms.content)
  if (!info || judgement.verdict !== 'valid') return null
  if (!cms.signer.extendedKeyUsage?.includes(EKU.timeStamping)) return null
  const imprint = Buffer.from(info.messageImprint.hashedMessage.valueBlock.valueHexView)
  const bits = { '2.16.840.1.101.3.4.2.1': 256, '2.16.840.1.101.3.4.2.2': 384, '2.16.840.1.101.3.4.2.3': 512 } as const
  const known = Object.entries(bits).find(([id]) => id === info.messageImprint.hashAlgorithm.algorithmId)?.[1]
  if (!known || !imprint.equals(sha(known, value))) return null
  const when = info.genTime
  const { signer } = cms
  if (when < signer.validFrom || when > signer.validTo || when.getTime() > context.at.getTime() + 5 * 60_000) return null
  const anchors = readAll(context.trust)
  const middle = [...cms.enclosed, ...readAll(context.intermediates ?? [])].filter((c) => c.isCa && anchors.some((a) => signedBy(c, a)))
  return [...anchors, ...middle].some((issuer) => issuer.isCa && signedBy(signer, issuer)) ? when : null
}

const hashOf = (bits: 256 | 384 | 512, bytes: Uint8Array): Buffer => sha(bits, bytes)

function readInfo(bytes: Buffer): pkijs.TSTInfo | null {
  try {
    return pkijs.TSTInfo.fromBER(arrayBuffer(bytes))
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

/**
 * The demo authority answering wrongly on purpose, so that what a site does with wrong answers can be tried: every one
 * of these is well-formed, and most are properly signed.
 */
import { type Authority, createAuthority, issueCertificate } from './authority.ts'
import { crl, ocspResponse, timestampResponse } from './authority-answers.ts'
import { ocspQuestion } from './evidence.ts'
import { readCertificate } from './x509/certificate.ts'

export const OCSP_LIES = ['other-certificate', 'stranger', 'stale', 'replayed', 'unknown', 'malformed'] as const
export const CRL_LIES = ['stale', 'stranger', 'replayed', 'malformed'] as const
export const TIMESTAMP_LIES = ['other-digest', 'nonce', 'stranger', 'time-off', 'malformed'] as const

const DAY = 86_400_000
const shifted = (authority: Authority, ms: number): Authority => ({ ...authority, clock: () => new Date(authority.clock().getTime() + ms) })

let stranger: Promise<Authority> | undefined
/** Another authority under the same names. */
function strangeAuthority(authority: Authority): Promise<Authority> {
  stranger ??= createAuthority({ clock: authority.clock })
  return stranger
}

/** An OCSP answer that must not count. */
export async function lyingOcsp(authority: Authority, request: Uint8Array, lie: (typeof OCSP_LIES)[number]): Promise<Buffer> {
  switch (lie) {
    case 'other-certificate': {
      const other = await issueCertificate(authority, { kind: 'person', commonName: 'Người khác' })
      return ocspResponse(authority, ocspQuestion(other.certificateDer, authority.issuingCert).request)
    }
    case 'stranger': {
      const other = await strangeAuthority(authority)
      // Says "good" under our name, signed with its own key.
      return ocspResponse({ ...authority, issuingKey: other.issuingKey, revoked: [] }, request)
    }
    case 'stale':
      return ocspResponse({ ...shifted(authority, -30 * DAY), revoked: [] }, request)
    case 'replayed':
      return ocspResponse({ ...authority, revoked: [] }, request, { nonce: Buffer.from('0410deadbeefdeadbeefdeadbeefdeadbeef', 'hex') })
    case 'unknown':
      return ocspResponse(authority, request, { unknown: true })
    case 'malformed':
      return ocspResponse(authority, request).subarray(0, 60)
  }
}

/** A list that must not count. */
export async function lyingCrl(authority: Authority, lie: (typeof CRL_LIES)[number]): Promise<Buffer> {
  const copy = { ...authority, revoked: [] }
  switch (lie) {
    case 'stale':
      return crl(shifted(copy, -60 * DAY))
    case 'stranger':
      return crl({ ...copy, issuingKey: (await strangeAuthority(authority)).issuingKey })
    case 'replayed':
      // Still in its week, from before the revocations, under a lower number.
      return crl({ ...shifted(copy, -2 * DAY), crlNumber: 0 })
    case 'malformed':
      return crl(copy).subarray(0, 80)
  }
}

/** A timestamp answer that must not count. */
export async function lyingTimestamp(authority: Authority, request: Uint8Array, lie: (typeof TIMESTAMP_LIES)[number]): Promise<Buffer> {
  switch (lie) {
    case 'other-digest':
      return timestampResponse(authority, request, { hash: Buffer.alloc(32, 7) })
    case 'nonce':
      return timestampResponse(authority, request, { nonce: false })
    case 'stranger': {
      const other = await strangeAuthority(authority)
      return timestampResponse(
        { ...authority, timestampCert: other.timestampCert, timestampKey: other.timestampKey, issuingCert: other.issuingCert },
        request,
      )
    }
    case 'time-off':
      return timestampResponse(shifted(authority, -readAge(authority)), request)
    case 'malformed':
      return timestampResponse(authority, request).subarray(0, 90)
  }
}

/** Half an hour, within the life of the unit's certificate. */
function readAge(authority: Authority): number {
  return Math.min(1_800_000, authority.clock().getTime() - readCertificate(authority.timestampCert).validFrom.getTime())
}

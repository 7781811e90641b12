/**
 * A copy of a signed PDF that proves itself (PAdES B-LT, EN 319 142-1): the file as it is, byte for byte, and one more
 * revision with everything its verdicts rest on. The copy says nothing new and is nobody's original.
 */
import { appendEvidence, hasEvidence, type SignatureEvidence } from './pdf/evidence.ts'
import { openPdf } from './pdf/file.ts'
import { readCrl } from './verify/answers.ts'
import { readAll, signedBy } from './verify/links.ts'
import { readOcsp } from './verify/ocsp.ts'
import { verifyPdf } from './verify/pdf.ts'
import { responderCertificates } from './verify/responders.ts'
import type { SignatureVerdict, TimeProof, TrustContext } from './verify/verdict.ts'
import type { ReadCertificate } from './x509/certificate.ts'

/** A print is some 100 kB, an OCSP answer 2 kB, a list up to a megabyte: more than this is no copy to hand out. */
const LARGEST_EVIDENCE = 2 * 1024 * 1024
const LONGEST_PATH = 6

/**
 * Takes the file and what it is judged with. Gives the copy, or null where the evidence is not whole: a signature that is
 * not valid, has no proven time, or nothing that speaks of its certificate's revocation; also where the file carries a
 * store of its own already, or the evidence would be larger than a copy may be. Throws PDF_UNREADABLE.
 */
export function longTermCopy(pdf: Uint8Array, context: TrustContext): Buffer | null {
  const file = openPdf(pdf)
  if (hasEvidence(file)) return null
  const verdicts = verifyPdf(pdf, context)
  const deciding = verdicts.map((v) => decidingEvidence(v, context))
  const needed = deciding.filter((d) => d !== null)
  if (needed.length === 0 || needed.length < verdicts.length || size(needed) > LARGEST_EVIDENCE) return null
  // What speaks of the authorities themselves is of use where it fits.
  const whole = needed.map((one, i) => withAuthorities(one, verdicts[i], context))
  return appendEvidence(file, size(whole) > LARGEST_EVIDENCE ? needed : whole)
}

function size(evidence: readonly SignatureEvidence[]): number {
  const all = new Set(evidence.flatMap((e) => [...e.certificates, ...e.ocsp, ...e.crls, ...e.times.map((t) => t.token)]))
  return [...all].reduce((sum, bytes) => sum + bytes.length, 0)
}

/** What the verdict on one signature rests on; null where that is not enough to stand alone. */
function decidingEvidence(v: SignatureVerdict, context: TrustContext): SignatureEvidence | null {
  const { used = [], path, stamped, evidenceName } = v
  if (v.verdict !== 'valid' || !v.timestampedAt || !path || !stamped || !evidenceName) return null
  const ocsp = used.filter((u) => context.ocsp?.includes(u))
  const crls = used.filter((u) => context.crls?.includes(u))
  if (ocsp.length + crls.length === 0) return null
  const times = (context.timeProofs?.(stamped) ?? []).filter((t) => used.includes(t.token))
  const makers = [...ocsp.flatMap((o) => responderCertificates('ocsp', o)), ...tokensOf(v, times, context).flatMap(stampers)]
  const more = makers.flatMap((m) => pathOf(m, context, path))
  return {
    name: evidenceName,
    certificates: unique([...path, ...more.map((c) => c.der)]),
    ocsp,
    crls,
    times: unique(times, (t) => t.token),
  }
}

const stampers = (token: Uint8Array): ReadCertificate[] => responderCertificates('timestamp', token)

/** The tokens that prove the time: those kept beside, or the one in the signature itself. */
const tokensOf = (v: SignatureVerdict, beside: readonly TimeProof[], context: TrustContext): Uint8Array[] =>
  beside.length > 0 ? beside.map((t) => t.token) : (v.used ?? []).filter((u) => !context.ocsp?.includes(u) && !context.crls?.includes(u))

/** A certificate and the authorities above it, as far as they are known. */
function pathOf(certificate: ReadCertificate, context: TrustContext, known: readonly Uint8Array[]): ReadCertificate[] {
  const authorities = readAll([...context.trust, ...known, ...(context.intermediates ?? [])]).filter((c) => c.isCa)
  const path = [certificate]
  while (path.length < LONGEST_PATH) {
    const last = path.at(-1)
    const next = authorities.find((a) => last && !path.some((p) => p.der.equals(a.der)) && signedBy(last, a))
    if (!next) break
    path.push(next)
  }
  return path
}

/** Adds what is at hand about every other certificate: the authorities, and who made answers and timestamps. */
function withAuthorities(evidence: SignatureEvidence, v: SignatureVerdict | undefined, context: TrustContext): SignatureEvidence {
  const all = readAll(evidence.certificates)
  const when = new Date(v?.timestampedAt ?? context.at)
  const [ocsp, crls] = [new Set(evidence.ocsp), new Set(evidence.crls)]
  for (const subject of all.slice(1)) {
    const issuer = all.find((c) => c.isCa && c !== subject && signedBy(subject, c))
    if (!issuer) continue
    const spoke = (kind: Uint8Array[] | undefined, read: (bytes: Uint8Array) => { thisUpdate: Date } | string) =>
      first(
        (kind ?? []).map((bytes) => ({ bytes, answer: read(bytes) })),
        when,
      )
    const answer = spoke(context.ocsp, (b) => readOcsp(b, subject, issuer))
    const list = answer ? null : spoke(context.crls, (b) => readCrl(b, issuer))
    if (answer) ocsp.add(answer)
    if (list) crls.add(list)
  }
  return { ...evidence, ocsp: unique([...ocsp]), crls: unique([...crls]) }
}

/** The earliest that was said at `when` or later; else the newest before. */
function first(found: { bytes: Uint8Array; answer: { thisUpdate: Date } | string }[], when: Date): Uint8Array | null {
  const said = found
    .flatMap((f) => (typeof f.answer === 'string' ? [] : [{ bytes: f.bytes, at: f.answer.thisUpdate.getTime() }]))
    .toSorted((a, b) => a.at - b.at)
  return (said.find((s) => s.at >= when.getTime()) ?? said.at(-1))?.bytes ?? null
}

/** Without those that are there in the same bytes. */
function unique<T = Uint8Array>(items: readonly T[], bytesOf: (item: T) => Uint8Array = (item) => item as Uint8Array): T[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const key = Buffer.from(bytesOf(item)).toString('base64')
    return seen.has(key) ? false : seen.add(key)
  })
}

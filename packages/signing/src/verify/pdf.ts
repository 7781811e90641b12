/** Verdicts on every signature field of a PDF, oldest first. Everything is recomputed from the bytes. */
import { PDFArray, PDFDict, PDFHexString, PDFName, PDFNumber, type PDFObject, PDFRef, PDFString } from '@cantoo/pdf-lib'
import { OutcomeError } from '@yba/fhir'
import { REASON } from '../outcomes.ts'
import { type EmbeddedEvidence, evidenceName, readEvidence } from '../pdf/evidence.ts'
import { DEEPEST_TREE, entry, openPdf, type PdfFile } from '../pdf/file.ts'
import { rangeDigest } from '../pdf/prepare.ts'
import { nameAttribute, nameText } from '../x509/names.ts'
import { judgeCertificate } from './chain.ts'
import { unlawfulChange } from './changes.ts'
import { judgeCms, readCms } from './cms.ts'
import { earliestProof, provenTime } from './timestamp.ts'
import { Judgement, type SignatureVerdict, type TimeProof, type TrustContext } from './verdict.ts'

/**
 * Judges all signatures of a PDF. Takes the file's bytes and what to judge with; gives one verdict per signature
 * field. Throws PDF_UNREADABLE when the file has no readable structure at all; everything about a single signature is
 * a verdict, never an exception.
 */
export function verifyPdf(pdf: Uint8Array, context: TrustContext): SignatureVerdict[] {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
  const file = openPdf(bytes)
  const { times, ...evidence } = readEvidence(file)
  const also = withEmbedded(context, evidence)
  return signatureFields(file)
    .map((field) => ({ field, end: endOf(field) }))
    .toSorted((a, b) => a.end - b.end)
    .map(({ field }) => judgeField(file, field, also, times))
}

/** The context with what stands in the file beside it; what is given anyway is not counted twice. */
function withEmbedded(context: TrustContext, evidence: Omit<EmbeddedEvidence, 'times'>): TrustContext {
  const fresh = (found: Buffer[], given: Uint8Array[] = []): Buffer[] => found.filter((f) => !given.some((g) => f.equals(g)))
  const embedded = { ocsp: fresh(evidence.ocsp, context.ocsp), crls: fresh(evidence.crls, context.crls) }
  const { certificates } = evidence
  if (embedded.ocsp.length + embedded.crls.length + certificates.length === 0) return context
  return { ...context, embedded, intermediates: [...(context.intermediates ?? []), ...certificates] }
}

interface Field {
  name: string
  /** The signature dictionary, absent while unsigned. */
  value?: PDFDict
  valueNumber?: number
}

function textOf(value: PDFObject | undefined): string | undefined {
  return value instanceof PDFHexString || value instanceof PDFString ? value.decodeText() : undefined
}

function signatureFields(file: PdfFile): Field[] {
  const form = entry(file, file.catalog, 'AcroForm')
  const found: Field[] = []
  const seen = new Set<string>()
  const walk = (list: PDFObject | undefined, prefix: string, inherited: PDFObject | undefined, depth = 0): void => {
    if (!(list instanceof PDFArray) || depth > DEEPEST_TREE) return
    for (const item of list.asArray()) {
      const key = item.toString()
      const holder = file.context.obj({ it: item }) as PDFDict
      const field = entry(file, holder, 'it')
      if (!(field instanceof PDFDict) || (item instanceof PDFRef && seen.has(key))) continue
      seen.add(key)
      const own = textOf(entry(file, field, 'T'))
      const name = own === undefined ? prefix : prefix ? `${prefix}.${own}` : own
      const type = entry(file, field, 'FT') ?? inherited
      walk(entry(file, field, 'Kids'), name, type, depth + 1)
      if (type !== PDFName.of('Sig') || field.has(PDFName.of('Kids'))) continue
      const value = entry(file, field, 'V')
      const ref = field.get(PDFName.of('V'))
      found.push(value instanceof PDFDict ? { name, value, valueNumber: ref instanceof PDFRef ? ref.objectNumber : undefined } : { name })
    }
  }
  if (form instanceof PDFDict) walk(entry(file, form, 'Fields'), '', undefined)
  return found
}

function byteRange(value: PDFDict | undefined): number[] {
  const range = value?.get(PDFName.of('ByteRange'))
  return range instanceof PDFArray ? range.asArray().map((n) => (n instanceof PDFNumber ? n.asNumber() : -1)) : []
}

const endOf = (field: Field): number => {
  const [, , c = Number.MAX_SAFE_INTEGER, d = 0] = byteRange(field.value)
  return c + d
}

function judgeField(file: PdfFile, field: Field, context: TrustContext, times: EmbeddedEvidence['times']): SignatureVerdict {
  const judgement = new Judgement()
  const verdict = (extra: Partial<SignatureVerdict> = {}): SignatureVerdict => ({
    kind: 'pades',
    field: field.name,
    by: '',
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    ...extra,
  })
  const { value } = field
  const contents = value?.get(PDFName.of('Contents'))
  const by = textOf(value?.get(PDFName.of('Name'))) ?? ''
  if (!value || (contents instanceof PDFHexString && /^[0\s]*$/.test(contents.asString()))) {
    judgement.add(REASON.pending)
    return verdict({ by, verdict: 'pending' })
  }
  const range = byteRange(value)
  const fault = contents instanceof PDFHexString ? rangeFault(file, field, range, contents) : 'Contents'
  if (fault || !(contents instanceof PDFHexString)) {
    judgement.add(REASON.byteRange, { detail: fault ?? 'Contents' })
    return verdict({ by, coversWholeRevision: false })
  }
  const cms = readPadded(Buffer.from(contents.asBytes()))
  if (typeof cms === 'string') {
    judgement.add(REASON.malformed, { detail: cms })
    return verdict({ by, coversWholeRevision: true })
  }
  const cades = value.get(PDFName.of('SubFilter')) === PDFName.of('ETSI.CAdES.detached')
  if (!cades && value.get(PDFName.of('SubFilter')) !== PDFName.of('adbe.pkcs7.detached'))
    judgement.add(REASON.malformed, { detail: 'SubFilter' })
  judgeCms(cms, rangeDigest(file.bytes, range, cms.hash), cades, judgement)
  const end = endOf(field)
  const modifiedAfter = end < file.bytes.length
  const changed = modifiedAfter ? changeAfter(file, end) : null
  if (changed) judgement.add(REASON.changedAfter, { detail: changed })
  const claimed = readPdfDate(textOf(value.get(PDFName.of('M'))))
  const stamped = cms.timestampToken ? provenTime(cms.timestampToken, cms.value, context) : null
  if (cms.timestampToken && !stamped) judgement.add(REASON.timestampWrong)
  const name = evidenceName(contents.asBytes())
  const inside = times.get(name) ?? []
  const beside = earliestProof([...(context.timeProofs?.(cms.value) ?? []), ...inside], cms.value, context)
  const timestamped = earliest(stamped, beside?.at)
  const proven = earliest(timestamped, context.existedAt)
  if (beside && timestamped === beside.at) judgement.used.push(beside.token)
  else if (stamped && cms.timestampToken) judgement.used.push(cms.timestampToken)
  judgeCertificate(cms.signer, cms.enclosed, { claimed, proven }, context, judgement)
  const role = textOf(value.get(PDFName.of('YBA_Role')))
  return verdict({
    by: nameAttribute(cms.signer.parsed.subject, 'commonName') ?? by,
    subject: nameText(cms.signer.parsed.subject),
    ...(role ? { role } : {}),
    serial: cms.signer.serialHex,
    ...(claimed ? { signedAt: claimed.toISOString() } : {}),
    ...(timestamped ? { timestampedAt: timestamped.toISOString() } : {}),
    coversWholeRevision: true,
    modifiedAfter,
    certificate: cms.signer.der,
    ...(judgement.issuer ? { issuer: judgement.issuer } : {}),
    stamped: cms.value,
    used: judgement.used,
    embedded: judgement.used.filter((u) => isEmbedded(u, inside, context)),
    ...(judgement.path ? { path: judgement.path } : {}),
    evidenceName: name,
  })
}

const isEmbedded = (bytes: Uint8Array, times: readonly TimeProof[], { embedded }: TrustContext): boolean =>
  times.some((t) => t.token === bytes) || Boolean(embedded && [...embedded.ocsp, ...embedded.crls].includes(bytes))

/** The earliest of those that are there. */
export function earliest(...dates: (Date | null | undefined)[]): Date | undefined {
  return dates.filter((d) => d instanceof Date).toSorted((a, b) => a.getTime() - b.getTime())[0]
}

/** Reads a CMS followed by nothing but zeros: this is the one place of the file that no digest covers. */
function readPadded(bytes: Buffer): ReturnType<typeof readCms> {
  const long = (bytes[1] ?? 0) & 0x80 ? (bytes[1] ?? 0) & 0x7f : 0
  if (bytes[0] !== 0x30 || long > 3 || bytes.length < 2 + long) return 'CMS'
  const length = 2 + long + (long ? bytes.readUIntBE(2, long) : (bytes[1] ?? 0))
  if (length > bytes.length || bytes.subarray(length).some((b) => b !== 0)) return 'CMS length'
  return readCms(bytes.subarray(0, length))
}

/** What is wrong with the signed range, or null: it must leave out exactly this signature's own hexadecimal value. */
function rangeFault(file: PdfFile, field: Field, range: number[], contents: PDFHexString): string | null {
  const [a, b, c, d] = range
  if (range.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) return 'ByteRange'
  if (a !== 0 || b <= 0 || c <= b || d <= 0 || c + d > file.bytes.length || !range.every(Number.isSafeInteger)) return 'ByteRange'
  const gap = file.bytes.toString('latin1', b, c)
  if (!/^<[0-9A-Fa-f]+>$/.test(gap) || gap.slice(1, -1) !== contents.asString()) return 'Contents'
  const place = field.valueNumber === undefined ? undefined : file.entries.get(field.valueNumber)
  if (place?.kind !== 'offset' || place.offset >= b) return 'signature dictionary'
  const before = file.bytes.toString('latin1', place.offset, b)
  const after = file.bytes.toString('latin1', c, Math.min(c + 20_000, file.bytes.length)).split('endobj')[0] ?? ''
  if (!/^\s*\d+\s+\d+\s+obj\s*<</.test(before) || !/\/Contents\s*$/.test(before) || /\bendobj\b/.test(before)) return 'signature dictionary'
  const whole = before + after
  if (whole.split('/Contents').length !== 2 || whole.split('/ByteRange').length !== 2) return 'signature dictionary'
  return /%%EOF\s*$/.test(file.bytes.toString('latin1', c + d - 16, c + d)) ? null : 'end of revision'
}

/** What later revisions changed unlawfully. The signed revision and the current file are both read by their own cross-reference. */
function changeAfter(file: PdfFile, end: number): string | null {
  try {
    return unlawfulChange(openPdf(file.bytes.subarray(0, end)), file)
  } catch (error) {
    if (error instanceof OutcomeError) return 'structure'
    throw error
  }
}

/** `D:20261122193005+07'00'` → Date; undefined for anything else. */
export function readPdfDate(text: string | undefined): Date | undefined {
  const m = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'(\d\d)'?)?/.exec(text ?? '')
  if (!m) return undefined
  const [, y, mo, d, h, mi, s, sign = '+', oh = '00', om = '00'] = m
  const date = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}${sign}${oh}:${om}`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

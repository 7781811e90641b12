/**
 * PAdES-B in two phases. `preparePdfSignature` appends a revision with the signature field, its picture and an empty
 * place for the value, and gives the bytes to sign; `injectPdfSignature` puts the value in, later, elsewhere if need be.
 */
import { createHash } from 'node:crypto'
import { PDFArray, PDFBool, PDFDict, PDFHexString, PDFName, PDFNumber, type PDFObject, PDFRef, PDFString } from '@cantoo/pdf-lib'
import { refuse } from '@yba/fhir'
import { cmsSignatureValue, enclosedCertificates, signedAttributes, signedData } from '../cms.ts'
import { PDF_FIELD_TAKEN, PDF_PAGE_MISSING, SIGNATURE_UNUSABLE } from '../outcomes.ts'
import type { SignerCertificate } from '../signer.ts'
import { readCertificate, verifyDer } from '../x509/certificate.ts'
import { nameAttribute } from '../x509/names.ts'
import { defaultFont, drawAppearance } from './appearance.ts'
import { appendRevision, entry, objectBytes, openPdf, type PdfFile, type PdfPage, pages } from './file.ts'
import { refNumber } from './xref.ts'

/** The place of a signature as the forms report it: page from 1, PDF points, origin at the page's bottom left corner. */
export interface SignatureField {
  page: number
  x: number
  y: number
  /** Width or height 0 makes an invisible signature. */
  width: number
  height: number
}

export interface PreparePdfOptions {
  pdf: Uint8Array
  field: SignatureField
  /** Unique in the file. */
  fieldName: string
  signerName: string
  title?: string
  organization?: string
  /** Printed above the name: “Người chuyển”. */
  roleText?: string
  /** `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`: printed first. */
  capacity?: readonly string[]
  /** Machine-readable role, kept inside the signed bytes as `YBA_Role`. */
  role?: string
  reason?: string
  at: Date
  certificate: SignerCertificate
  /** A TrueType font with Vietnamese letters; Tinos where not given. */
  font?: Uint8Array
  /** Bytes kept free for a timestamp token. */
  timestampReserve?: number
}

export interface PreparedPdf {
  /** The file with an empty signature value. */
  prepared: Buffer
  /** The bytes the signer signs: DER of the signed attributes. */
  tbs: Buffer
  certificate: SignerCertificate
  fieldName: string
  byteRange: [number, number, number, number]
}

const ROLE_KEY = 'YBA_Role'
const DIGITS = 10

/** Appends the signature revision. Throws PDF_UNREADABLE, PDF_PAGE_MISSING, PDF_FIELD_TAKEN. */
export async function preparePdfSignature(options: PreparePdfOptions): Promise<PreparedPdf> {
  const file = openPdf(options.pdf)
  const page = pages(file)[options.field.page - 1]
  if (!page) throw refuse(PDF_PAGE_MISSING, { page: options.field.page })
  const objects = new Map<number, Uint8Array>()
  const capacity = signatureCapacity(options)
  const signature = file.context.nextRef()
  const widget = await makeWidget(file, page, signature, options)
  addToPage(file, page, widget, objects)
  addToForm(file, widget, options.fieldName, objects)
  for (const [ref, object] of file.context.enumerateIndirectObjects()) objects.set(ref.objectNumber, objectBytes(object))
  const dictionary = Buffer.from(signatureDictionary(options, capacity), 'latin1')
  objects.set(signature.objectNumber, dictionary)
  const id = createHash('sha256').update(file.bytes).update(options.fieldName).update(options.at.toISOString()).digest().subarray(0, 16)
  const { bytes, offsets } = appendRevision(file, objects, id)
  const base = bytes.indexOf(dictionary, offsets.get(signature.objectNumber))
  const start = base + dictionary.indexOf('/Contents<') + '/Contents'.length
  const end = start + capacity * 2 + 2
  const byteRange: PreparedPdf['byteRange'] = [0, start, end, bytes.length - end]
  const rangeAt = base + dictionary.indexOf('/ByteRange [0 ') + '/ByteRange [0 '.length
  bytes.write(
    byteRange
      .slice(1)
      .map((n) => String(n).padEnd(DIGITS))
      .join(' '),
    rangeAt,
    'latin1',
  )
  const digest = rangeDigest(bytes, byteRange)
  const tbs = signedAttributes(digest, options.certificate.certificate)
  return { prepared: bytes, tbs, certificate: options.certificate, fieldName: options.fieldName, byteRange }
}

/** SHA-256 over both ranges. */
export function rangeDigest(bytes: Uint8Array, range: readonly number[], hash = 'sha256'): Buffer {
  const [a = 0, b = 0, c = 0, d = 0] = range
  return createHash(hash)
    .update(bytes.subarray(a, a + b))
    .update(bytes.subarray(c, c + d))
    .digest()
}

/**
 * Puts the value into its place. Throws SIGNATURE_UNUSABLE when it does not fit the certificate: a wrong value must
 * never reach the file, where it would look like a forgery.
 */
export function injectPdfSignature(prepared: PreparedPdf, signature: Uint8Array, timestampToken?: Buffer): Buffer {
  const { certificate, tbs, byteRange } = prepared
  const oid = certificate.algorithm === 'ES256' ? '1.2.840.10045.4.3.2' : '1.2.840.113549.1.1.11'
  const fits = certificate.algorithm === 'RS256' || signature.length === 64
  const value = fits ? cmsSignatureValue(certificate, signature) : Buffer.alloc(0)
  if (!verifyDer(oid, readCertificate(certificate.certificate).publicKey, tbs, value)) throw refuse(SIGNATURE_UNUSABLE)
  const cms = signedData({ signer: certificate, attributes: tbs, signature, timestampToken })
  const room = byteRange[2] - byteRange[1] - 2
  if (cms.length * 2 > room) throw refuse(SIGNATURE_UNUSABLE, { detail: 'timestamp' })
  const out = Buffer.from(prepared.prepared)
  out.write(cms.toString('hex').toUpperCase(), byteRange[1] + 1, 'latin1')
  return out
}

/** Room for the CMS, known beforehand because the certificates are. */
function signatureCapacity(options: PreparePdfOptions): number {
  const certificates = enclosedCertificates(options.certificate).reduce((sum, c) => sum + c.length, 0)
  return Math.ceil((certificates + 1400 + (options.timestampReserve ?? 4096)) / 512) * 512
}

function pdfDate(at: Date): string {
  const t = new Date(at.getTime() + 7 * 3_600_000).toISOString()
  return `D:${t.slice(0, 19).replace(/\D/g, '')}+07'00'`
}

const text = (value: string): string => PDFHexString.fromText(value.normalize('NFC')).toString()

function signatureDictionary(o: PreparePdfOptions, capacity: number): string {
  const blank = Array.from({ length: 3 }, () => ' '.repeat(DIGITS)).join(' ')
  const reason = o.reason ?? o.roleText
  return [
    '<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached',
    `/ByteRange [0 ${blank}]`,
    `/Contents<${'0'.repeat(capacity * 2)}>`,
    `/M ${PDFString.of(pdfDate(o.at)).toString()}/Name ${text(o.signerName)}`,
    reason ? `/Reason ${text(reason)}` : '',
    o.role ? `/${ROLE_KEY} ${text(o.role)}` : '',
    '>>',
  ].join('\n')
}

async function makeWidget(file: PdfFile, page: PdfPage, signature: PDFRef, o: PreparePdfOptions): Promise<PDFRef> {
  const { context } = file
  const visible = o.field.width > 0 && o.field.height > 0
  const [left, bottom] = page.mediaBox
  const x = left + o.field.x
  const y = bottom + o.field.y
  const widget = context.obj({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    T: PDFHexString.fromText(o.fieldName),
    F: 132,
    P: PDFRef.of(page.number),
    V: signature,
    Rect: visible ? [x, y, x + o.field.width, y + o.field.height] : [0, 0, 0, 0],
  })
  if (visible) {
    const subject = readCertificate(o.certificate.certificate).parsed.subject
    const organization = o.organization ?? nameAttribute(subject, 'organization')
    const picture = await drawAppearance(context, o.field, { ...o, organization }, o.font ?? defaultFont())
    widget.set(PDFName.of('AP'), context.obj({ N: picture }))
  }
  return context.register(widget)
}

/** A copy of an array, or a new one, with one more member. */
function withMember(file: PdfFile, array: PDFObject | undefined, member: PDFRef): PDFArray {
  const copy = file.context.obj([]) as PDFArray
  if (array instanceof PDFArray) for (const item of array.asArray()) copy.push(item)
  copy.push(member)
  return copy
}

function addToPage(file: PdfFile, page: PdfPage, widget: PDFRef, objects: Map<number, Uint8Array>): void {
  const key = PDFName.of('Annots')
  const holder = refNumber(page.dict.get(key))
  const annots = withMember(file, entry(file, page.dict, 'Annots'), widget)
  if (holder !== undefined) {
    objects.set(holder, objectBytes(annots))
    return
  }
  page.dict.set(key, annots)
  objects.set(page.number, objectBytes(page.dict))
}

function addToForm(file: PdfFile, widget: PDFRef, fieldName: string, objects: Map<number, Uint8Array>): void {
  const key = PDFName.of('AcroForm')
  const known = entry(file, file.catalog, 'AcroForm')
  const form = known instanceof PDFDict ? known : (file.context.obj({}) as PDFDict)
  const fields = entry(file, form, 'Fields')
  if (fields instanceof PDFArray && fields.asArray().some((f) => nameOfField(file, f) === fieldName)) {
    throw refuse(PDF_FIELD_TAKEN, { field: fieldName })
  }
  const fieldsHolder = refNumber(form.get(PDFName.of('Fields')))
  const longer = withMember(file, fields, widget)
  if (fieldsHolder !== undefined) objects.set(fieldsHolder, objectBytes(longer))
  else form.set(PDFName.of('Fields'), longer)
  form.set(PDFName.of('SigFlags'), PDFNumber.of(3))
  // A viewer that redraws fields would throw the signed picture away.
  if (form.get(PDFName.of('NeedAppearances')) === PDFBool.True) form.delete(PDFName.of('NeedAppearances'))
  const holder = refNumber(file.catalog.get(key))
  if (holder !== undefined) {
    objects.set(holder, objectBytes(form))
    return
  }
  const ref = file.context.nextRef()
  objects.set(ref.objectNumber, objectBytes(form))
  file.catalog.set(key, ref)
  objects.set(file.rootNumber, objectBytes(file.catalog))
}

function nameOfField(file: PdfFile, ref: PDFObject): string | undefined {
  const field = ref instanceof PDFRef ? entry(file, file.context.obj({ x: ref }) as PDFDict, 'x') : ref
  const name = field instanceof PDFDict ? entry(file, field, 'T') : undefined
  return name instanceof PDFHexString || name instanceof PDFString ? name.decodeText() : undefined
}

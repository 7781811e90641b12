/**
 * Evidence inside a PDF: the document security store of EN 319 142-1 (DSS), with what belongs to each signature under its
 * own name (VRI). Writing appends one revision; reading takes bytes only: what they prove is judged elsewhere, and what
 * cannot be read proves nothing.
 */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { PDFArray, PDFDict, PDFHexString, PDFName, type PDFObject, PDFRawStream, PDFString } from '@cantoo/pdf-lib'
import { OutcomeError } from '@yba/fhir'
import type { MerkleStep, TimeProof } from '../verify/verdict.ts'
import { sha } from '../x509/certificate.ts'
import { appendRevision, entry, objectBytes, type PdfFile, resolve } from './file.ts'
import { type Budget, decodeStream } from './xref.ts'

/** What is read of a store at most: a paper has a dozen signatures, each with a few answers. */
const MOST = { items: 64, bytes: 4 * 1024 * 1024, proofs: 16, steps: 40 } as const
/** Larger pieces are passed over: parsing them for every signature would cost more than they can prove. */
const LARGEST = { Certs: 16_384, OCSPs: 65_536, CRLs: 1_048_576, Token: 65_536 } as const

/** Evidence of one signature. */
export interface SignatureEvidence {
  /** `evidenceName` of the signature. */
  name: string
  certificates: Uint8Array[]
  ocsp: Uint8Array[]
  crls: Uint8Array[]
  /** Timestamps that do not stand in the signature itself. */
  times: TimeProof[]
}

export interface EmbeddedEvidence {
  certificates: Buffer[]
  ocsp: Buffer[]
  crls: Buffer[]
  times: Map<string, TimeProof[]>
}

/** The name of a signature in the store: SHA-1 of its Contents as they stand in the file, upper-case hex. */
export const evidenceName = (contents: Uint8Array): string => sha(1, contents).toString('hex').toUpperCase()

/** Appends a store with this evidence; the same evidence gives the same bytes. The file must have no store yet. */
export function appendEvidence(file: PdfFile, signatures: readonly SignatureEvidence[]): Buffer {
  const objects = new Map<number, Uint8Array>()
  const places = new Map<string, string>()
  const id = createHash('sha256').update(file.bytes)
  const put = (bytes: Uint8Array): string => {
    const digest = sha(256, bytes).toString('hex')
    const known = places.get(digest)
    if (known) return known
    const ref = file.context.nextRef()
    objects.set(ref.objectNumber, streamBytes(bytes))
    id.update(digest)
    places.set(digest, ref.toString())
    return ref.toString()
  }
  const list = (key: string, refs: Iterable<string>): string => {
    const all = [...new Set(refs)]
    return all.length > 0 ? `/${key}[${all.join(' ')}]` : ''
  }
  const kinds = { certificates: new Set<string>(), ocsp: new Set<string>(), crls: new Set<string>() }
  const refs = (kind: keyof typeof kinds, items: readonly Uint8Array[]): string[] => {
    const placed = items.map(put)
    for (const ref of placed) kinds[kind].add(ref)
    return placed
  }
  const named = signatures.map((s) => {
    const parts = [
      list('Cert', refs('certificates', s.certificates)),
      list('OCSP', refs('ocsp', s.ocsp)),
      list('CRL', refs('crls', s.crls)),
      // A token over many signatures at once has no place in the standard: a key of our own, which others pass over.
      s.times.length > 0 ? `/YBA_Time[${s.times.map((t) => `<</Token ${put(t.token)}${pathText(t.path)}>>`).join('')}]` : '',
    ]
    return `/${s.name}<</Type/VRI${parts.join('')}>>`
  })
  const store = file.context.nextRef()
  const whole = [list('Certs', kinds.certificates), list('OCSPs', kinds.ocsp), list('CRLs', kinds.crls)].join('')
  objects.set(store.objectNumber, Buffer.from(`<</Type/DSS${whole}/VRI<<${named.join('')}>>>>`, 'latin1'))
  file.catalog.set(PDFName.of('DSS'), store)
  sayExtension(file)
  objects.set(file.rootNumber, objectBytes(file.catalog))
  return appendRevision(file, objects, id.digest().subarray(0, 16)).bytes
}

/** The store is an extension of PDF 1.7 and is announced as one, unless the catalogue keeps its extensions elsewhere. */
function sayExtension(file: PdfFile): void {
  const key = PDFName.of('Extensions')
  const known = file.catalog.get(key)
  if (known !== undefined && !(known instanceof PDFDict)) return
  const all = known ?? (file.context.obj({}) as PDFDict)
  if (!all.has(PDFName.of('ESIC'))) all.set(PDFName.of('ESIC'), file.context.obj({ BaseVersion: PDFName.of('1.7'), ExtensionLevel: 1 }))
  file.catalog.set(key, all)
}

function streamBytes(bytes: Uint8Array): Buffer {
  const packed = deflateSync(bytes)
  const body = packed.length < bytes.length ? packed : Buffer.from(bytes)
  const filter = body === packed ? '/Filter/FlateDecode' : ''
  return Buffer.concat([Buffer.from(`<</Length ${body.length}${filter}>>\nstream\n`, 'latin1'), body, Buffer.from('\nendstream', 'latin1')])
}

const pathText = (path: readonly MerkleStep[] | undefined): string =>
  path ? `/Path(${path.map((s) => `${s.side === 'left' ? 'L' : 'R'}${s.hash}`).join(' ')})` : ''

function readPath(text: string): MerkleStep[] | null {
  if (text === '') return []
  const steps = text.split(' ').map((s) => /^([LR])([0-9a-f]{64})$/.exec(s))
  if (steps.length > MOST.steps) return null
  const read = steps.flatMap((m): MerkleStep[] => (m?.[2] ? [{ side: m[1] === 'L' ? 'left' : 'right', hash: m[2] }] : []))
  return read.length === steps.length ? read : null
}

/** True when the file has a store, readable or not. */
export const hasEvidence = (file: PdfFile): boolean => file.catalog.has(PDFName.of('DSS'))

/** The store of a file; empty when there is none, it cannot be read, or it is larger than any honest one. */
export function readEvidence(file: PdfFile): EmbeddedEvidence {
  const empty: EmbeddedEvidence = { certificates: [], ocsp: [], crls: [], times: new Map() }
  try {
    const store = entry(file, file.catalog, 'DSS')
    return store instanceof PDFDict ? readStore(file, store) : empty
  } catch (error) {
    if (error instanceof OutcomeError) return empty
    throw error
  }
}

function readStore(file: PdfFile, store: PDFDict): EmbeddedEvidence {
  // Counted apart: a bloated store must not eat up what reading the paper itself may cost.
  const left: Budget = { inflated: MOST.bytes, entries: 0 }
  const bytesOf = (value: PDFObject | undefined, kind: keyof typeof LARGEST): Buffer[] => {
    const object = resolve(file, value)
    const bytes = object instanceof PDFRawStream ? decodeStream(object, left) : undefined
    return bytes && bytes.length <= LARGEST[kind] ? [bytes] : []
  }
  const all = (key: 'Certs' | 'OCSPs' | 'CRLs'): Buffer[] => {
    const list = entry(file, store, key)
    const items = list instanceof PDFArray ? list.asArray().slice(0, MOST.items) : []
    return items.flatMap((item) => bytesOf(item, key))
  }
  const times = new Map<string, TimeProof[]>()
  const named = entry(file, store, 'VRI')
  for (const key of named instanceof PDFDict ? named.keys().slice(0, MOST.items) : []) {
    const one = named instanceof PDFDict ? resolve(file, named.get(key)) : undefined
    const list = one instanceof PDFDict ? entry(file, one, 'YBA_Time') : undefined
    if (!(list instanceof PDFArray)) continue
    const proofs = list
      .asArray()
      .slice(0, MOST.proofs)
      .flatMap((item) => readProof(file, resolve(file, item), (token) => bytesOf(token, 'Token')))
    times.set(key.decodeText(), proofs)
  }
  return { certificates: all('Certs'), ocsp: all('OCSPs'), crls: all('CRLs'), times }
}

function readProof(file: PdfFile, item: PDFObject | undefined, bytesOf: (value: PDFObject | undefined) => Buffer[]): TimeProof[] {
  if (!(item instanceof PDFDict)) return []
  const [token] = bytesOf(item.get(PDFName.of('Token')))
  const text = entry(file, item, 'Path')
  if (!token) return []
  if (text === undefined) return [{ token }]
  const path = text instanceof PDFString || text instanceof PDFHexString ? readPath(text.decodeText()) : null
  return path ? [{ token, path }] : []
}

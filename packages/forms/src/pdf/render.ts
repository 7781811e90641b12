/** Document bytes → printed page. */

import { refuse } from '@yba/fhir'
import type { PaperContent, PaperKind, SigningRole } from '@yba/vietnam'
import bwipjs from 'bwip-js/node'
import type { DocumentEnvelope } from '../document/draft.ts'
import { readDocument, readEnvelope } from '../document/read.ts'
import outcomeFields from '../outcome/fields.json' with { type: 'json' }
import { paperNotRendered } from '../outcomes.ts'
import referralFields from '../referral/fields.json' with { type: 'json' }
import summaryFields from '../summary/fields.json' with { type: 'json' }
import { type SetPage, setPage, useTypesetter } from './compiler.ts'
import { documentDigest } from './digest.ts'
import { printable } from './glyphs.ts'
import { wordsOf } from './words.ts'

const A4_HEIGHT = 841.89

/** Reserved space for a signature's appearance: PDF points, origin bottom left, first page is 1. */
export interface SignatureField {
  role: SigningRole
  page: number
  x: number
  y: number
  width: number
  height: number
}

export interface RenderOptions {
  /** Prints "BẢN XEM TRƯỚC – CHƯA KÝ" across the page and shows the signature boxes. */
  draft?: boolean
  /** Words across the page for a paper that no longer holds, such as "ĐÃ THAY THẾ". */
  status?: string
  /** Text of the slip's QR code (`slipCode` of @yba/signing), for the receiving desk and any phone. */
  slipCode?: string
}

export interface RenderedPaper {
  pdf: Buffer
  fields: SignatureField[]
  pages: number
  /** sha-256 of the document bytes, which the PDF carries. */
  digest: string
}

interface FieldDefinition {
  role: string
  label: string
  hint: string
  width: number
  height: number
}

const FIELDS: Record<PaperKind, FieldDefinition[]> = { referral: referralFields, summary: summaryFields, outcome: outcomeFields }

// the error-correction level is a QR option that the library's general type does not name
const qr = (text: string, eclevel: 'M'): string => bwipjs.toSVG({ bcid: 'qrcode', text, eclevel } as bwipjs.RenderOptions)

/** Side of one dark square: 0.4 mm and more are read after a photocopy by a phone and by a desk's scanner. */
const MODULE_MM = 0.42
const SVG_UNITS_PER_MODULE = 4

/** A QR code as SVG with the width, in mm, at which its squares have their size. */
function sizedQr(text: string): { svg: string; width: number } {
  const svg = qr(text, 'M')
  const units = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])
  return { svg, width: (units / SVG_UNITS_PER_MODULE) * MODULE_MM }
}

// clinical moments are printed in Vietnam's one zone, whatever zone they were recorded in
const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
const VIETNAM_OFFSET = 7 * 3_600_000

function localMoment(value: string): string {
  if (!ZONED.test(value) || value.endsWith('+07:00')) return value
  const time = Date.parse(value)
  return Number.isNaN(time) ? value : `${new Date(time + VIETNAM_OFFSET).toISOString().slice(0, 19)}+07:00`
}

/** A copy of the data in which every text can be shown by the form font. */
function prepared<T>(value: T, covered: Set<number>): T {
  if (typeof value === 'string') return printable(localMoment(value), covered) as T
  if (Array.isArray(value)) return value.map((one) => prepared(one, covered)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, prepared(inner, covered)])) as T
}

/** `ĐÍNH CHÍNH LẦN 1`, and what it stands for. */
function correctionWords(correction: DocumentEnvelope['correction']) {
  if (!correction) return { title: '', note: '' }
  const [year, month, day] = localMoment(correction.replacedAt).slice(0, 10).split('-')
  return {
    title: `ĐÍNH CHÍNH LẦN ${correction.count}`,
    note: `(Thay bản ngày ${day}/${month}/${year}. Lý do: ${correction.reason})`,
  }
}

function pageData(content: PaperContent, text: string, digest: string, options: RenderOptions) {
  const envelope = readEnvelope(text)
  const { covered } = useTypesetter()
  const [year, month, day] = localMoment(envelope.at).slice(0, 10).split('-').map(Number)
  const draft = options.draft === true || envelope.draft === true
  const watermark = draft ? 'BẢN XEM TRƯỚC – CHƯA KÝ' : (options.status ?? '')
  return {
    ...prepared(
      {
        correction: correctionWords(envelope.correction),
        content,
        words: wordsOf(content),
        title: envelope.title,
        number: envelope.number.value ?? '',
        watermark,
      },
      covered,
    ),
    version: envelope.version,
    // A version that never left the house is nothing a reader of this one needs to know of.
    replaces: envelope.replaces?.issued === false ? 0 : (envelope.replaces?.version ?? 0),
    date: [year, month, day],
    digest,
    // The slip's own code names the digest already; the room goes to the text.
    digestQr: options.slipCode ? '' : qr(`sha-256:${digest}`, 'M'),
    slipQr: options.slipCode ? sizedQr(options.slipCode) : null,
    draft,
    fields: FIELDS[content.kind],
  }
}

// A slip of usual length should need one page; smaller than this is hard to read for a patient
const SIZES = [12, 11.25, 10.5]

/** Sets the paper at 12 pt, smaller only where that brings two pages down to one. */
function fitted(kind: PaperKind, data: object): SetPage {
  const first = setPage(kind, { ...data, size: SIZES[0] })
  if (first.pages !== 2) return first
  for (const size of SIZES.slice(1)) {
    const smaller = setPage(kind, { ...data, size })
    if (smaller.pages === 1) return smaller
  }
  return first
}

/**
 * Renders a document of ours as the ministry's paper: PDF/A-2a, tagged, one digest tie.
 * The same bytes and options give the same PDF. Synchronous, about 30 to 60 ms; native results are freed on the next
 * turn of the event loop, so a batch must let it turn between papers.
 * Throws `document-unreadable`, `paper-not-rendered`.
 */
export function renderPdf(text: string, options: RenderOptions = {}): RenderedPaper {
  const content = readDocument(text)
  const digest = documentDigest(text)
  const data = pageData(content, text, digest, options)
  try {
    const { pdf, pages, marks } = fitted(content.kind, data)
    const fields = marks.map((mark) => {
      const { role, width, height } = FIELDS[content.kind].find((f) => f.role === mark.role) ?? { role: mark.role, width: 0, height: 0 }
      return { role: role as SigningRole, page: mark.page, x: mark.x, y: A4_HEIGHT - mark.y - height, width, height }
    })
    return { pdf, fields, pages, digest }
  } catch (cause) {
    const error = refuse(paperNotRendered, { form: content.kind })
    error.cause = cause
    throw error
  }
}

/**
 * What later revisions may do to a signed PDF: add signed fields and their pictures, add evidence (DSS), nothing else.
 *
 * Unchanged objects need no look: they stand at the same offset in both cross-references, inside the signed range.
 * Only entries that a later section redefines are compared, and only these differences are let through:
 * the catalogue gains AcroForm, DSS or Extensions; the form gains signature fields; a page gains their widgets.
 * Everything new is reachable only through those places.
 */
import { PDFArray, PDFDict, PDFName, type PDFObject, PDFRef } from '@cantoo/pdf-lib'
import { entry, getObject, objectBytes, type PdfFile, pages, rectangle, resolve } from '../pdf/file.ts'
import { refNumber } from '../pdf/xref.ts'

/** Largest share of a page that a later signature's picture may cover: more could hide what was signed. */
const LARGEST_SHARE = 0.3

/** Null when everything after `signed` is lawful, else what is not. */
export function unlawfulChange(signed: PdfFile, current: PdfFile): string | null {
  const known = new Set(current.sections.map((s) => s.offset))
  if (!signed.sections.every((s) => known.has(s.offset))) return 'xref'
  if (signed.rootNumber !== current.rootNumber) return 'Root'
  const signedInfo = signed.trailer.get(PDFName.of('Info'))?.toString()
  if (current.trailer.get(PDFName.of('Info'))?.toString() !== signedInfo) return 'Info'
  const pageNumbers = new Map(pages(signed).map((p) => [p.number, p]))
  const formNumber = refNumber(signed.catalog.get(PDFName.of('AcroForm')))
  const arrays = arrayHolders(signed)
  for (const [n, now] of current.entries) {
    const then = signed.entries.get(n)
    // A number the signed revision left unused may be referred to from signed pages: filling it later changes them.
    if (n < signed.size && n > 0 && now.kind !== 'free' && (!then || then.kind === 'free')) return `object ${n} filled in later`
    if (!then || then.kind === 'free' || JSON.stringify(then) === JSON.stringify(now)) continue
    const [before, after] = [getObject(signed, n), getObject(current, n)]
    if (!before) continue
    if (!after) return `object ${n} removed`
    const fault = changedObject(n, before, after)
    if (fault) return fault
  }
  return null

  function changedObject(n: number, before: PDFObject, after: PDFObject): string | null {
    if (objectBytes(before).equals(objectBytes(after))) return null
    if (before instanceof PDFDict && after instanceof PDFDict) {
      if (n === signed.rootNumber) return catalogFault(before, after)
      if (n === formNumber) return formFault(before, after)
      if (pageNumbers.has(n)) return pageFault(before, after)
    }
    if (arrays.has(n)) return additionFault(before, after, arrays.get(n) === 'annots')
    return `object ${n}`
  }

  function catalogFault(before: PDFDict, after: PDFDict): string | null {
    const other = differingKeys(before, after).filter((key) => !['AcroForm', 'DSS', 'Extensions'].includes(key))
    if (other.length > 0) return `catalogue ${other[0]}`
    const form = entry(current, after, 'AcroForm')
    const old = entry(signed, before, 'AcroForm')
    if (!(form instanceof PDFDict)) return old ? 'AcroForm' : null
    return formFault(old instanceof PDFDict ? old : (signed.context.obj({}) as PDFDict), form)
  }

  function formFault(before: PDFDict, after: PDFDict): string | null {
    // Defaults for drawing fields may be added, not changed: they could redraw what stands there.
    const added = ['DR', 'DA'].filter((key) => !before.has(PDFName.of(key)))
    const other = differingKeys(before, after).filter((key) => !['Fields', 'SigFlags', ...added].includes(key))
    if (other.length > 0) return `form ${other[0]}`
    return additionFault(entry(signed, before, 'Fields'), entry(current, after, 'Fields'), false)
  }

  function pageFault(before: PDFDict, after: PDFDict): string | null {
    const other = differingKeys(before, after).filter((key) => key !== 'Annots')
    if (other.length > 0) return `page ${other[0]}`
    return additionFault(entry(signed, before, 'Annots'), entry(current, after, 'Annots'), true)
  }

  /** The old members must stay, first and in order; each new one must be a lawful signature field. */
  function additionFault(before: PDFObject | undefined, after: PDFObject | undefined, onPage: boolean): string | null {
    const old = before instanceof PDFArray ? before.asArray() : []
    const list = after instanceof PDFArray ? after.asArray() : []
    if (!old.every((item, i) => list[i]?.toString() === item.toString())) return 'fields'
    for (const item of list.slice(old.length)) {
      const fault = newFieldFault(current, item, onPage)
      if (fault) return fault
    }
    return null
  }
}

/** Arrays that pages and the form hold by reference: they change in place of their holder. */
function arrayHolders(file: PdfFile): Map<number, 'annots' | 'fields'> {
  const found = new Map<number, 'annots' | 'fields'>()
  for (const page of pages(file)) {
    const n = refNumber(page.dict.get(PDFName.of('Annots')))
    if (n !== undefined) found.set(n, 'annots')
  }
  const form = entry(file, file.catalog, 'AcroForm')
  const fields = form instanceof PDFDict ? refNumber(form.get(PDFName.of('Fields'))) : undefined
  if (fields !== undefined) found.set(fields, 'fields')
  return found
}

function differingKeys(before: PDFDict, after: PDFDict): string[] {
  const keys = new Set([...before.keys(), ...after.keys()].map((k) => k.decodeText()))
  return [...keys].filter((key) => before.get(PDFName.of(key))?.toString() !== after.get(PDFName.of(key))?.toString())
}

function newFieldFault(file: PdfFile, item: PDFObject, onPage: boolean): string | null {
  const field = resolve(file, item)
  if (!(item instanceof PDFRef) || !(field instanceof PDFDict)) return 'field'
  if (field.get(PDFName.of('FT')) !== PDFName.of('Sig') || field.has(PDFName.of('Kids'))) return 'field that is no signature'
  if (onPage && field.get(PDFName.of('Subtype')) !== PDFName.of('Widget')) return 'annotation that is no signature'
  for (const key of ['A', 'AA']) if (field.has(PDFName.of(key))) return 'field with an action'
  const signed = entry(file, field, 'V') instanceof PDFDict
  if (!signed && field.has(PDFName.of('AP'))) return 'picture without a signature'
  return coversTooMuch(file, field) ? 'signature picture too large' : null
}

function coversTooMuch(file: PdfFile, field: PDFDict): boolean {
  const rect = rectangle(file, field.get(PDFName.of('Rect')))
  if (!rect) return true
  const page = pages(file).find((p) => p.number === refNumber(field.get(PDFName.of('P')))) ?? pages(file)[0]
  if (!page) return true
  const area = ([a, b, c, d]: [number, number, number, number]): number => (c - a) * (d - b)
  return area(rect) > LARGEST_SHARE * area(page.mediaBox)
}

/** What one paper's `extract.ts` gives to the composer. */

import type { PaperContent } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import type { Draft } from './draft.ts'
import { narrative, type Row } from './xhtml.ts'

/** The paper's facts as resources of the draft, and how the Composition presents them. */
export interface Extraction {
  patient: fhir4.Reference
  encounter: fhir4.Reference
  custodian: fhir4.Reference
  /** Signers by role, the people the paper names. */
  author: fhir4.Reference
  /** Named on the paper beside the author, without a signature of their own. */
  coAuthor?: fhir4.Reference
  authorised?: fhir4.Reference
  sections: fhir4.CompositionSection[]
  relatesTo?: fhir4.CompositionRelatesTo[]
}

/** One kind of paper. */
export interface Form<C extends PaperContent = PaperContent> {
  kind: C['kind']
  title: string
  /** LOINC code of Composition.type. */
  typeCode: string
  /** The paper's number with its system, as Bundle.identifier. */
  identifier(content: C): fhir4.Identifier
  extract(draft: Draft<C>): Extraction
}

const LOINC = 'http://loinc.org'

/** A section: LOINC code, Vietnamese title, escaped narrative, entries. */
export function section(code: string, title: string, rows: readonly Row[], entry: fhir4.Reference[] = []): fhir4.CompositionSection {
  return {
    title,
    code: { coding: [{ system: LOINC, code }] },
    text: narrative(rows),
    ...(entry.length ? { entry } : {}),
  }
}

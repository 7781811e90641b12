/** Door of the forms: papers as data, documents as bytes, printed pages. */

export { type PaperChange, paperChanges } from './changes.ts'
export { type ComposedDocument, composeDocument } from './document/compose.ts'
export type { DocumentEnvelope } from './document/draft.ts'
export { readDocument, readEnvelope } from './document/read.ts'
export { documentDigest, pdfDigest } from './pdf/digest.ts'
export { type RenderedPaper, type RenderOptions, renderPdf, type SignatureField } from './pdf/render.ts'
export { type FormItem, formCanonical, formItems, formQuestionnaire, optionText } from './questionnaire.ts'

/** Papers → FHIR R4 document Bundles as exact bytes. */

import { CANONICAL, codeSystemUrl, extensionUrl, refuse } from '@yba/fhir'
import { type PaperContent, requiredSignatures, type SigningRole } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import { documentFieldMalformed, documentFieldMissing, documentFieldUnknown, documentTextNotAllowed } from '../outcomes.ts'
import { formCanonical, formQuestionnaire } from '../questionnaire.ts'
import { misfit, responseItems } from '../response.ts'
import { canonicalJson } from './canonical-json.ts'
import { type DocumentEnvelope, Draft, pruned } from './draft.ts'
import { type Extraction, type Form, section } from './form.ts'
import { formOf } from './forms.ts'

/** A composed document: the text is frozen as it is; its UTF-8 bytes are what is hashed, signed and stored. */
export interface ComposedDocument {
  text: string
  /** RFC 8785 form without id and meta: hash this for idempotency, never for signing. */
  contentDigestInput: string
  title: string
  /** LOINC code of the document type. */
  typeCode: string
  identifier: { system: string; value: string }
}

// FHIR strings carry no control characters but tab and line ends; lone surrogates have no UTF-8 form
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const NOT_ALLOWED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

function checkText(value: unknown, path: string): void {
  if (typeof value === 'string') {
    if (NOT_ALLOWED.test(value) || !value.isWellFormed()) throw refuse(documentTextNotAllowed, { field: path }, path)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) checkText(inner, path === '' ? name : `${path}.${name}`)
  }
}

const MISFIT = { unknown: documentFieldUnknown, missing: documentFieldMissing, malformed: documentFieldMalformed }

const FACILITY = /^\d{2}[0-9A-Z]{3}$/

/** Codes of issuers become part of identifier systems, so they must be codes. */
function checkIssuers(content: PaperContent): void {
  const issuers: Record<string, string> = { 'from.code': content.from.code }
  if ('answers' in content) issuers['answers.issuer.code'] = content.answers.issuer.code
  if (content.kind === 'referral' && content.basedOn) issuers['basedOn.issuer.code'] = content.basedOn.issuer.code
  for (const [field, code] of Object.entries(issuers)) {
    if (!FACILITY.test(code)) throw refuse(documentFieldMalformed, { field }, field)
  }
}

// a document needs an identifier; a preview is made before the number is reserved
const NO_NUMBER = 'chưa cấp số'

/** What identifies a paper and its way: without these it cannot be filed, sent or answered. */
function checkIdentifying(content: PaperContent, number: string | undefined): void {
  const required: Record<string, string | undefined> = {
    number,
    ...('to' in content ? { 'to.code': content.to.code } : {}),
    ...('answers' in content ? { 'answers.number': content.answers.number } : {}),
    'patient.mrn': content.patient.mrn,
    'patient.name': content.patient.name,
  }
  for (const [field, value] of Object.entries(required)) if (!value?.trim()) throw refuse(documentFieldMissing, { field }, field)
}

const ATTESTER_MODE: Record<SigningRole, fhir4.CompositionAttester['mode']> = {
  doctor: 'professional',
  authorised: 'legal',
  seal: 'official',
}

/** The roles that must sign. Who signed stands in the signature records, never in these bytes. */
function attesters(content: PaperContent, { author, authorised, custodian }: Extraction): fhir4.CompositionAttester[] {
  const party = { doctor: author, authorised, seal: custodian }
  return requiredSignatures(content.kind, content.kind === 'outcome' ? content.source : undefined).map((role) => ({
    extension: [{ url: extensionUrl('signing-role'), valueCode: role }],
    mode: ATTESTER_MODE[role],
    ...(party[role] ? { party: party[role] } : {}),
  }))
}

function relations(identifier: fhir4.Identifier, { replaces }: DocumentEnvelope): fhir4.CompositionRelatesTo[] {
  if (!replaces) return []
  const extension = [
    { url: extensionUrl('document-digest'), valueString: replaces.digest },
    { url: extensionUrl('document-version'), valuePositiveInt: replaces.version },
    ...(replaces.issued === false ? [{ url: extensionUrl('document-issued'), valueBoolean: false }] : []),
  ]
  return [{ code: 'replaces', targetIdentifier: { extension, ...identifier } }]
}

/** Why this version stands in the place of an issued one (TT 13/2025; HD 365: the original, who, when and why are kept). */
function correctionOf({ correction }: DocumentEnvelope): fhir4.Extension[] {
  if (!correction) return []
  const extension = [
    { url: 'count', valuePositiveInt: correction.count },
    { url: 'reason', valueString: correction.reason },
    { url: 'replaced', valueDateTime: correction.replacedAt },
  ]
  return [{ url: extensionUrl('correction'), extension }]
}

function composition(draft: Draft, form: Form, identifier: fhir4.Identifier, extraction: Extraction): fhir4.Composition {
  const { envelope, content } = draft
  const relatesTo = [...relations(identifier, envelope), ...(extraction.relatesTo ?? [])]
  return {
    resourceType: 'Composition',
    language: 'vi',
    text: section('', '', [
      ['', form.title],
      ['Số', identifier.value],
      ['Người bệnh', content.patient.name],
    ]).text,
    extension: [{ url: extensionUrl('document-version'), valuePositiveInt: envelope.version }, ...correctionOf(envelope)],
    identifier,
    status: envelope.draft ? 'preliminary' : 'final',
    type: { coding: [{ system: 'http://loinc.org', code: form.typeCode }], text: form.title },
    category: [{ coding: [{ system: codeSystemUrl('paper-kind'), code: content.kind }] }],
    subject: extraction.patient,
    encounter: extraction.encounter,
    date: envelope.at,
    author: [extraction.author, ...(extraction.coAuthor ? [extraction.coAuthor] : [])],
    title: form.title,
    attester: attesters(content, extraction),
    custodian: extraction.custodian,
    ...(relatesTo.length ? { relatesTo } : {}),
    section: extraction.sections,
  }
}

function questionnaireResponse({ content, envelope }: Draft, identifier: fhir4.Identifier, subject: fhir4.Reference) {
  const { kind, ...fields } = content
  const response: fhir4.QuestionnaireResponse = {
    resourceType: 'QuestionnaireResponse',
    identifier,
    questionnaire: formCanonical(kind),
    status: 'completed',
    subject,
    authored: envelope.at,
    item: responseItems(formQuestionnaire(kind).item ?? [], fields as never),
  }
  return response
}

/**
 * Composes a paper. Deterministic: the same content and envelope give the same bytes.
 * Throws `document-text-not-allowed`, `document-field-unknown`, `document-field-missing`, `document-field-malformed`.
 */
export function composeDocument(content: PaperContent, envelope: DocumentEnvelope): ComposedDocument {
  checkText(content, '')
  checkText(envelope.correction?.reason, 'correction.reason')
  const { kind, ...fields } = content
  const wrong = misfit(formQuestionnaire(kind).item ?? [], fields as never)
  if (wrong) throw refuse(MISFIT[wrong.problem], { field: wrong.field }, wrong.field)
  const form = formOf(kind)
  checkIssuers(content)
  const numbered = form.identifier(content)
  if (!envelope.draft) checkIdentifying(content, numbered.value)
  const identifier = numbered.value?.trim() ? numbered : { ...numbered, value: NO_NUMBER }
  const draft = new Draft(content, envelope)
  const extraction = form.extract(draft)
  const response = questionnaireResponse(draft, identifier, extraction.patient)
  const reference = draft.addExact('response', response)
  extraction.sections.push(section('74465-6', 'Toàn bộ nội dung phiếu', [['', 'Mọi mục của biểu mẫu, đúng như đã ghi']], [reference]))
  const bundle: fhir4.Bundle = {
    resourceType: 'Bundle',
    id: envelope.bundleId,
    identifier,
    type: 'document',
    timestamp: envelope.at,
    entry: [
      {
        fullUrl: `urn:uuid:${envelope.compositionId}`,
        resource: pruned(composition(draft, form, identifier, extraction)) as fhir4.Composition,
      },
      ...draft.entries,
    ],
  }
  const text = JSON.stringify(bundle)
  const { id: _id, ...digested } = JSON.parse(text) as Record<string, unknown>
  return {
    text,
    contentDigestInput: canonicalJson(digested),
    title: form.title,
    typeCode: form.typeCode,
    identifier: { system: identifier.system ?? CANONICAL, value: identifier.value ?? '' },
  }
}

/**
 * A document as the store knows it: one DocumentReference per version of a paper, pointing at the immutable bytes.
 * The bytes themselves are never given an id or meta and never re-serialised (DESIGN section 8).
 */
import { CANONICAL, codeSystemUrl, extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import type { PaperKind } from '@yba/vietnam'
import type { DocumentReference } from 'fhir/r4.d.ts'
import type { FhirResource } from '../../store/types.ts'

/** Key of one version of one paper: `issuer|number|version`, of anything but a slip with its kind before it. */
export const DOCUMENT_VERSION_SYSTEM = `${CANONICAL}/sid/document-version`
const KIND_SYSTEM = codeSystemUrl('paper-kind')
const VERSION_URL = extensionUrl('document-version')
const CONTENT_DIGEST_URL = extensionUrl('content-digest')
const CORRECTION_URL = extensionUrl('correction-count')
/** Number of issues the document was accepted with. */
export const ACCEPTED_WITH_ISSUES = extensionUrl('accepted-with-issues')
const FIELDS_URL = extensionUrl('signature-fields')
const SOURCE_URL = extensionUrl('composed-from')
const WITHDRAWN_URL = extensionUrl('withdrawn')

const LOINC: Record<PaperKind, { code: string; display: string }> = {
  referral: { code: '57133-1', display: 'Referral note' },
  summary: { code: '60591-5', display: 'Patient summary Document' },
  outcome: { code: '18842-5', display: 'Discharge summary' },
}

export interface DocumentFacts {
  kind: PaperKind
  title: string
  issuer: { code: string; name: string }
  number: string
  version: number
  /** sha-256 of the bytes, hex. */
  digest: string
  contentDigest: string
  /** sha-256 of the newest PDF revision, hex. */
  pdf?: string
  /** Reserved signature boxes of the PDF, as the form reported them. */
  fields?: unknown
  date: string
  /** Reference to the local Patient, once there is one; the paper's own person otherwise. */
  patient: { reference?: string; display: string }
  encounter?: string
  /** The thread (issuer, slip number) the paper belongs to. */
  thread: { issuer: string; number: string }
  /** The version this one stands for, once it is issued. */
  replaces?: number
  /** Đính chính lần n. */
  correction?: number
  /** A newer version stands in its place. */
  superseded?: boolean
  /** Frozen, signatures being collected: not issued yet. Superseded as well: sent back, and never to be issued. */
  pending?: boolean
  /** Facility codes the paper is addressed to: their people may read it (grant scope `addressed`). */
  addressed?: readonly string[]
  /** Written for the wrong person: kept as evidence, in nobody's chart. */
  enteredInError?: boolean
  /** Taken all the same: how many things were odd about it. */
  issues?: number
  /** Record of the issuer's own HIS the paper was composed from by nobody's hand, `urn:yba:claim:<facility>:<MA_LK>`. */
  source?: string
  /** An outcome that takes the one before it back and says no more. */
  withdrawn?: boolean
}

/** What one version of a paper is found by. A HIS numbers slips and records in series of their own, which may meet. */
export interface DocumentKey {
  kind: PaperKind
  issuer: string
  number: string
  version: number
}

export const documentVersionKey = ({ kind, issuer, number, version }: DocumentKey): string =>
  kind === 'referral' ? `${issuer}|${number}|${version}` : `${kind}|${issuer}|${number}|${version}`

/** As papers of every kind were filed before they were told apart. */
export const formerVersionKey = (key: string): string => key.replace(/^[a-z]+\|/, '')

const versionIdentifier = (facts: DocumentFacts, version: number) => ({
  system: DOCUMENT_VERSION_SYSTEM,
  value: documentVersionKey({ kind: facts.kind, issuer: facts.issuer.code, number: facts.number, version }),
})

/** Facts → DocumentReference (without id). */
export function documentReference(facts: DocumentFacts): FhirResource {
  const attachments = [{ attachment: { contentType: 'application/fhir+json', url: `Binary/${facts.digest}`, title: facts.title } }]
  if (facts.pdf) attachments.push({ attachment: { contentType: 'application/pdf', url: `Binary/${facts.pdf}`, title: facts.title } })
  const system = facts.kind === 'referral' ? facilitySystem.referral(facts.issuer.code) : facilitySystem.document(facts.issuer.code)
  const resource: DocumentReference = {
    resourceType: 'DocumentReference',
    ...(facts.addressed?.length ? { meta: { tag: facts.addressed.map((code) => ({ system: SYSTEM.facility, code })) } } : {}),
    extension: [
      { url: VERSION_URL, valueInteger: facts.version },
      { url: CONTENT_DIGEST_URL, valueString: facts.contentDigest },
      ...(facts.correction ? [{ url: CORRECTION_URL, valueInteger: facts.correction }] : []),
      ...(facts.issues ? [{ url: ACCEPTED_WITH_ISSUES, valueInteger: facts.issues }] : []),
      ...(facts.source ? [{ url: SOURCE_URL, valueUri: facts.source }] : []),
      ...(facts.withdrawn ? [{ url: WITHDRAWN_URL, valueBoolean: true }] : []),
      ...(facts.fields === undefined ? [] : [{ url: FIELDS_URL, valueString: JSON.stringify(facts.fields) }]),
    ],
    masterIdentifier: { system, value: facts.number },
    identifier: [versionIdentifier(facts, facts.version)],
    status: facts.enteredInError ? 'entered-in-error' : facts.superseded ? 'superseded' : 'current',
    docStatus: facts.pending ? 'preliminary' : 'final',
    type: { coding: [{ system: SYSTEM.loinc, ...LOINC[facts.kind] }], text: facts.title },
    category: [{ coding: [{ system: KIND_SYSTEM, code: facts.kind }] }],
    subject: facts.patient,
    date: facts.date,
    ...(facts.replaces ? { relatesTo: [{ code: 'replaces', target: { identifier: versionIdentifier(facts, facts.replaces) } }] } : {}),
    custodian: { identifier: { system: SYSTEM.facility, value: facts.issuer.code }, display: facts.issuer.name },
    content: attachments,
    context: {
      ...(facts.encounter ? { encounter: [{ reference: facts.encounter }] } : {}),
      related: [{ identifier: { system: facilitySystem.referral(facts.thread.issuer), value: facts.thread.number } }],
    },
  }
  return resource as unknown as FhirResource
}

const hexOf = (url: string | undefined): string | undefined => url?.replace(/^Binary\//, '')

/** DocumentReference → facts; the inverse of `documentReference`. */
export function documentFacts(resource: FhirResource): DocumentFacts {
  const d = resource as unknown as DocumentReference
  const extension = (url: string) => d.extension?.find((e) => e.url === url)
  const byType = (type: string) => hexOf(d.content.find((c) => c.attachment.contentType === type)?.attachment.url)
  const related = d.context?.related?.[0]?.identifier
  const pdf = byType('application/pdf')
  const fields = extension(FIELDS_URL)?.valueString
  const encounter = d.context?.encounter?.[0]?.reference
  const addressed = (d.meta?.tag ?? []).filter((t) => t.system === SYSTEM.facility).map((t) => t.code ?? '')
  const replaced = Number(
    d.relatesTo
      ?.find((r) => r.code === 'replaces')
      ?.target.identifier?.value?.split('|')
      .at(-1) ?? 0,
  )
  const correction = extension(CORRECTION_URL)?.valueInteger
  const issues = extension(ACCEPTED_WITH_ISSUES)?.valueInteger
  const source = extension(SOURCE_URL)?.valueUri
  return {
    ...(replaced ? { replaces: replaced } : {}),
    ...(correction ? { correction } : {}),
    ...(issues ? { issues } : {}),
    ...(source ? { source } : {}),
    ...(extension(WITHDRAWN_URL)?.valueBoolean ? { withdrawn: true } : {}),
    ...(d.status === 'superseded' ? { superseded: true } : {}),
    ...(d.docStatus === 'preliminary' ? { pending: true } : {}),
    kind: (d.category?.[0]?.coding?.[0]?.code ?? 'referral') as PaperKind,
    title: d.type?.text ?? '',
    issuer: { code: d.custodian?.identifier?.value ?? '', name: d.custodian?.display ?? '' },
    number: d.masterIdentifier?.value ?? '',
    version: extension(VERSION_URL)?.valueInteger ?? 1,
    digest: byType('application/fhir+json') ?? '',
    contentDigest: extension(CONTENT_DIGEST_URL)?.valueString ?? '',
    ...(pdf ? { pdf } : {}),
    ...(fields ? { fields: JSON.parse(fields) as unknown } : {}),
    date: d.date ?? '',
    patient: { ...(d.subject?.reference ? { reference: d.subject.reference } : {}), display: d.subject?.display ?? '' },
    ...(encounter ? { encounter } : {}),
    ...(addressed.length ? { addressed } : {}),
    ...(d.status === 'entered-in-error' ? { enteredInError: true } : {}),
    thread: { issuer: related?.system?.split('/').at(-1) ?? '', number: related?.value ?? '' },
  }
}

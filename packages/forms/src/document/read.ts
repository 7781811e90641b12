/** Document bytes → paper: the inverse of composing. */

import { CANONICAL, extensionUrl, refuse } from '@yba/fhir'
import type { PaperContent, PaperKind } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import { documentUnreadable } from '../outcomes.ts'
import { formCanonical, formQuestionnaire } from '../questionnaire.ts'
import { contentOf, misfit } from '../response.ts'
import type { DocumentEnvelope } from './draft.ts'
import { isPaperKind } from './forms.ts'

const unreadable = (reason: string) => refuse(documentUnreadable, { reason })

function parse(text: string): { bundle: fhir4.Bundle; composition: fhir4.Composition } {
  let bundle: fhir4.Bundle
  try {
    bundle = JSON.parse(text) as fhir4.Bundle
  } catch {
    throw unreadable('not-json')
  }
  if (bundle?.resourceType !== 'Bundle' || bundle.type !== 'document') throw unreadable('not-a-document-bundle')
  const composition = bundle.entry?.[0]?.resource as fhir4.Composition | undefined
  if (composition?.resourceType !== 'Composition') throw unreadable('composition-not-first')
  return { bundle, composition }
}

function response(bundle: fhir4.Bundle): { kind: PaperKind; response: fhir4.QuestionnaireResponse } {
  for (const entry of bundle.entry ?? []) {
    const resource = entry.resource as fhir4.QuestionnaireResponse | undefined
    if (resource?.resourceType !== 'QuestionnaireResponse') continue
    const kind = resource.questionnaire?.split('|')[0]?.slice(`${CANONICAL}/Questionnaire/`.length) ?? ''
    if (!isPaperKind(kind)) continue
    if (resource.questionnaire !== formCanonical(kind)) throw unreadable('form-version-unknown')
    return { kind, response: resource }
  }
  throw unreadable('no-form-inside')
}

/**
 * Reads the paper back, exactly as it was composed.
 * Throws `document-unreadable` for anything that is not a document of ours.
 */
export function readDocument(text: string): PaperContent {
  return named(() => read(text))
}

/** Bytes from elsewhere may have any shape: where a member is not what it should be, the document is unreadable, no more. */
function named<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof TypeError) throw unreadable('shape')
    throw error
  }
}

function read(text: string): PaperContent {
  const { kind, response: found } = response(parse(text).bundle)
  const items = formQuestionnaire(kind).item ?? []
  const content = contentOf(items, found.item ?? [])
  const wrong = misfit(items, content)
  if (wrong) throw unreadable(`${wrong.problem} ${wrong.field}`)
  return { kind, ...content } as unknown as PaperContent
}

/** What a document says about itself. */
type Envelope = DocumentEnvelope & { kind: PaperKind; title: string; typeCode: string; number: fhir4.Identifier }

/** Reads what the document says about itself: ids, time, version, what it replaces, the paper's number. */
export function readEnvelope(text: string): Envelope {
  return named(() => envelopeOf(text))
}

function envelopeOf(text: string): Envelope {
  const { bundle, composition } = parse(text)
  const { kind } = response(bundle)
  const replaced = composition.relatesTo?.find((r) => r.code === 'replaces')?.targetIdentifier?.extension
  const extension = (list: fhir4.Extension[] | undefined, name: string) => list?.find((e) => e.url === extensionUrl(name))
  const digest = extension(replaced, 'document-digest')?.valueString
  const replacedVersion = extension(replaced, 'document-version')?.valuePositiveInt ?? 1
  const unissued = extension(replaced, 'document-issued')?.valueBoolean === false
  const correction = correctionIn(extension(composition.extension, 'correction')?.extension)
  const request = bundle.entry?.find((e) => e.resource?.resourceType === 'ServiceRequest')?.resource as fhir4.ServiceRequest | undefined
  return {
    kind,
    bundleId: bundle.id ?? '',
    compositionId: bundle.entry?.[0]?.fullUrl?.replace('urn:uuid:', '') ?? '',
    at: bundle.timestamp ?? composition.date,
    version: extension(composition.extension, 'document-version')?.valuePositiveInt ?? 1,
    ...(digest ? { replaces: { digest, version: replacedVersion, ...(unissued ? { issued: false as const } : {}) } } : {}),
    ...(correction ? { correction } : {}),
    ...(composition.status === 'preliminary' ? { draft: true } : {}),
    ...(request?.priority ? { priority: request.priority } : {}),
    title: composition.title,
    typeCode: composition.type.coding?.[0]?.code ?? '',
    number: bundle.identifier ?? {},
  }
}

function correctionIn(parts: fhir4.Extension[] | undefined): DocumentEnvelope['correction'] {
  const part = (url: string) => parts?.find((e) => e.url === url)
  const count = part('count')?.valuePositiveInt
  if (!count) return undefined
  return { count, reason: part('reason')?.valueString ?? '', replacedAt: part('replaced')?.valueDateTime ?? '' }
}

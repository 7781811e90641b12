/** A document being put together: entries in order, each under a `urn:uuid:` that depends only on the composition id. */

import { createHash } from 'node:crypto'
import type { PaperContent } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import { isExactNumber } from './exact-number.ts'

/** What is said about the document apart from the paper's content. */
export interface DocumentEnvelope {
  /** UUID; becomes Bundle.id, by which the read-only view is found. */
  bundleId: string
  /** UUID; the composition's fullUrl, and the root of all other fullUrls. */
  compositionId: string
  /** FHIR instant with zone. */
  at: string
  /** 1 for the first; a correction is n + 1 under the same number. */
  version: number
  /** The earlier version this one replaces; `issued` false: it was signed in part, sent back, and never left the house. */
  replaces?: { version: number; digest: string; issued?: false }
  /** Đính chính: the how-manieth, why, and the day of the version it corrects. */
  correction?: { count: number; reason: string; replacedAt: string }
  /** A preview: may lack number and addressee, and says `preliminary` so that it never passes as final. */
  draft?: boolean
  /** Referral only. */
  priority?: 'routine' | 'urgent' | 'asap' | 'stat'
}

/** UUID (version 8, RFC 9562) of an entry: same composition and key, same UUID. */
function derivedUuid(compositionId: string, key: string): string {
  const bytes = createHash('sha256').update(`${compositionId}/${key}`, 'utf8').digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * Drops blank strings, lists and objects: FHIR forbids them, and builders may then name every field plainly.
 * The exact text, empty ones included, stands in the QuestionnaireResponse.
 */
export function pruned(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(pruned).filter((one) => one !== undefined)
    return list.length ? list : undefined
  }
  if (value === null || (typeof value === 'string' && value.trim() === '')) return undefined
  if (typeof value !== 'object' || isExactNumber(value)) return value
  const fields = Object.entries(value)
    .map(([name, inner]) => [name, pruned(inner)] as const)
    .filter(([, inner]) => inner !== undefined)
  // an extension whose value was blank would be left with its url alone
  if (fields.length === 0 || (fields.length === 1 && fields[0]?.[0] === 'url')) return undefined
  return Object.fromEntries(fields)
}

export class Draft<C extends PaperContent = PaperContent> {
  readonly content: C
  readonly envelope: DocumentEnvelope
  readonly entries: fhir4.BundleEntry[] = []
  readonly #references = new Map<string, fhir4.Reference>()

  constructor(content: C, envelope: DocumentEnvelope) {
    this.content = content
    this.envelope = envelope
  }

  /** Adds a resource under a key; the same key again answers the first reference. */
  add(key: string, resource: fhir4.FhirResource): fhir4.Reference {
    return this.addExact(key, pruned(resource) as fhir4.FhirResource)
  }

  /** As {@link add}, keeping empty members. */
  addExact(key: string, resource: fhir4.FhirResource): fhir4.Reference {
    const known = this.#references.get(key)
    if (known) return known
    const reference = { reference: `urn:uuid:${derivedUuid(this.envelope.compositionId, key)}` }
    this.#references.set(key, reference)
    this.entries.push({ fullUrl: reference.reference, resource })
    return reference
  }
}

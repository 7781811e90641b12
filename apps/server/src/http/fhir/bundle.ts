/** POST /fhir: transaction (all or nothing) and batch (each for itself). */
import { bundleEntryTexts, OutcomeError, operationOutcome, parseFhirText, refuse, rewriteReferences } from '@yba/fhir'
import { type FhirResource, type Store, type Stored, uuidv7, type Write, type WriteResult } from '../../store/index.ts'
import { bodyUnreadable, bundleTooLong, interactionUnsupported } from '../outcomes.ts'
import { ifMatch, isResource, plainWrites } from './plain-write.ts'

interface Entry {
  fullUrl?: string
  resource?: unknown
  request?: { method?: string; url?: string; ifMatch?: string; ifNoneExist?: string; ifNoneMatch?: string }
}

interface Answer {
  status: string
  location?: string
  etag?: string
  lastModified?: string
  outcome?: unknown
}

/** A stay has some fifty resources; more than this in one database transaction holds up everybody else. */
const MOST_ENTRIES = 2000

const TYPE_URL = /^\/?([A-Z][A-Za-z]+)$/
const INSTANCE_URL = /^\/?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/

/** The write an entry asks for. Throws `interaction-not-supported`, `body-unreadable`. */
function writeOf(entry: Entry, given: string | undefined, ids: ReadonlyMap<string, string>): Write {
  const { method = '', url = '', ifNoneExist } = entry.request ?? {}
  const [type, id] = (INSTANCE_URL.exec(url) ?? TYPE_URL.exec(url) ?? []).slice(1)
  if (!type || ifNoneExist !== undefined)
    throw refuse(interactionUnsupported, { what: `${method} ${ifNoneExist ? 'If-None-Exist' : 'url'}` })
  if (method === 'DELETE' && id) return { kind: 'delete', type, id, ...ifMatch(entry.request?.ifMatch) }
  if (given === undefined) throw refuse(bodyUnreadable)
  const text = ids.size === 0 ? given : rewriteReferences(given, (reference) => ids.get(reference))
  const resource = parseFhirText(text)
  if (!isResource(resource) || resource.resourceType !== type) throw refuse(bodyUnreadable)
  if (method === 'POST' && !id) {
    const known = entry.fullUrl === undefined ? undefined : ids.get(entry.fullUrl)?.split('/')[1]
    return { kind: 'create', resource, text, ...(known ? { id: known } : {}) }
  }
  if (method === 'PUT' && id) return { kind: 'update', resource, id, text, upsert: true, ...ifMatch(entry.request?.ifMatch) }
  throw refuse(interactionUnsupported, { what: method })
}

/** References to other entries by `urn:uuid:` become the ids those entries get. */
function localIds(entries: readonly Entry[]): Map<string, string> {
  const ids = new Map<string, string>()
  for (const { fullUrl, resource, request } of entries) {
    if (!fullUrl?.startsWith('urn:uuid:') || !isResource(resource)) continue
    const target = request?.method === 'PUT' ? INSTANCE_URL.exec(request.url ?? '')?.[2] : uuidv7(Date.now())
    if (target) ids.set(fullUrl, `${resource.resourceType}/${target}`)
  }
  return ids
}

const written = (result: WriteResult, method: string): Answer => ({
  status: result.deleted ? '204 No Content' : method === 'POST' || result.versionId === 1 ? '201 Created' : '200 OK',
  location: `${result.type}/${result.id}/_history/${result.versionId}`,
  etag: `W/"${result.versionId}"`,
  lastModified: result.lastUpdated.toISOString(),
})

function entriesOf(bundle: FhirResource): Entry[] {
  if (!Array.isArray(bundle.entry)) return []
  if (bundle.entry.length > MOST_ENTRIES) throw refuse(bundleTooLong, { found: bundle.entry.length, most: MOST_ENTRIES })
  return bundle.entry.map((e: unknown) => (typeof e === 'object' && e !== null ? e : {}))
}

/** Everything in one database transaction; the first refusal ends it and nothing is written. */
export async function transactionBundle(store: Store, bundle: FhirResource, text: string): Promise<unknown> {
  const entries = entriesOf(bundle)
  const ids = localIds(entries)
  const texts = bundleEntryTexts(text)
  const writes = entries.map((e, i) => writeOf(e, texts[i], ids))
  const results = await plainWrites(store, writes)
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: results.map((r, i) => ({ response: written(r, entries[i]?.request?.method ?? '') })),
  }
}

/** Each entry for itself; a refused one carries its outcome and does not touch the others. */
export async function batchBundle(store: Store, bundle: FhirResource, text: string, lang: 'vi' | 'en'): Promise<unknown> {
  const out: { resource?: unknown; response: Answer }[] = []
  const entries = entriesOf(bundle)
  const texts = bundleEntryTexts(text)
  for (const [i, entry] of entries.entries()) {
    try {
      out.push(await single(store, entry, texts[i]))
    } catch (error) {
      if (!(error instanceof OutcomeError)) throw error
      out.push({ response: { status: String(error.http), outcome: operationOutcome(error.findings, lang) } })
    }
  }
  return { resourceType: 'Bundle', type: 'batch-response', entry: out }
}

async function single(store: Store, entry: Entry, text: string | undefined): Promise<{ resource?: unknown; response: Answer }> {
  if (entry.request?.method === 'GET') {
    const [type, id] = (INSTANCE_URL.exec(entry.request.url ?? '') ?? []).slice(1)
    if (!type || !id) throw refuse(interactionUnsupported, { what: 'GET' })
    const stored: Stored = await store.read(type, id)
    return { resource: stored.resource(), response: { status: '200 OK', etag: `W/"${stored.versionId}"` } }
  }
  const [result] = await plainWrites(store, [writeOf(entry, text, new Map())])
  if (!result) throw refuse(bodyUnreadable)
  return { response: written(result, entry.request?.method ?? '') }
}

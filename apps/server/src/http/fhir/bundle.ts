/** POST /fhir: transaction (all or nothing) and batch (each for itself). */
import { randomUUID } from 'node:crypto'
import { OutcomeError, operationOutcome, refuse } from '@yba/fhir'
import type { FhirResource, Store, Stored, Write, WriteResult } from '../../store/types.ts'
import { bodyUnreadable, interactionUnsupported } from '../outcomes.ts'
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

const TYPE_URL = /^\/?([A-Z][A-Za-z]+)$/
const INSTANCE_URL = /^\/?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/

/** The write an entry asks for. Throws `interaction-not-supported`, `body-unreadable`. */
function writeOf(entry: Entry, ids: ReadonlyMap<string, string>): Write {
  const { method = '', url = '', ifNoneExist } = entry.request ?? {}
  const [type, id] = (INSTANCE_URL.exec(url) ?? TYPE_URL.exec(url) ?? []).slice(1)
  if (!type || ifNoneExist !== undefined)
    throw refuse(interactionUnsupported, { what: `${method} ${ifNoneExist ? 'If-None-Exist' : 'url'}` })
  if (method === 'DELETE' && id) return { kind: 'delete', type, id, ...ifMatch(entry.request?.ifMatch) }
  const resource = withLocalIds(entry.resource, ids)
  if (!isResource(resource) || resource.resourceType !== type) throw refuse(bodyUnreadable)
  if (method === 'POST' && !id) {
    const known = entry.fullUrl === undefined ? undefined : ids.get(entry.fullUrl)?.split('/')[1]
    return { kind: 'create', resource, ...(known ? { id: known } : {}) }
  }
  if (method === 'PUT' && id) return { kind: 'update', resource, id, upsert: true, ...ifMatch(entry.request?.ifMatch) }
  throw refuse(interactionUnsupported, { what: method })
}

/** References to other entries by `urn:uuid:` become the ids those entries get. */
function withLocalIds(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (ids.size === 0) return value
  return JSON.parse(JSON.stringify(value), (key, v) => (key === 'reference' && typeof v === 'string' ? (ids.get(v) ?? v) : v))
}

function localIds(entries: readonly Entry[]): Map<string, string> {
  const ids = new Map<string, string>()
  for (const { fullUrl, resource, request } of entries) {
    if (!fullUrl?.startsWith('urn:uuid:') || !isResource(resource)) continue
    const target = request?.method === 'PUT' ? INSTANCE_URL.exec(request.url ?? '')?.[2] : randomUUID()
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
  return bundle.entry.filter((e): e is Entry => typeof e === 'object' && e !== null)
}

/** Everything in one database transaction; the first refusal ends it and nothing is written. */
export async function transactionBundle(store: Store, bundle: FhirResource): Promise<unknown> {
  const entries = entriesOf(bundle)
  const ids = localIds(entries)
  const writes = entries.map((e) => writeOf(e, ids))
  const results = await plainWrites(store, writes)
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: results.map((r, i) => ({ response: written(r, entries[i]?.request?.method ?? '') })),
  }
}

/** Each entry for itself; a refused one carries its outcome and does not touch the others. */
export async function batchBundle(store: Store, bundle: FhirResource, lang: 'vi' | 'en'): Promise<unknown> {
  const out: { resource?: unknown; response: Answer }[] = []
  for (const entry of entriesOf(bundle)) {
    try {
      out.push(await single(store, entry))
    } catch (error) {
      if (!(error instanceof OutcomeError)) throw error
      out.push({ response: { status: String(error.http), outcome: operationOutcome(error.findings, lang) } })
    }
  }
  return { resourceType: 'Bundle', type: 'batch-response', entry: out }
}

async function single(store: Store, entry: Entry): Promise<{ resource?: unknown; response: Answer }> {
  if (entry.request?.method === 'GET') {
    const [type, id] = (INSTANCE_URL.exec(entry.request.url ?? '') ?? []).slice(1)
    if (!type || !id) throw refuse(interactionUnsupported, { what: 'GET' })
    const stored: Stored = await store.read(type, id)
    return { resource: stored.resource(), response: { status: '200 OK', etag: `W/"${stored.versionId}"` } }
  }
  const [result] = await plainWrites(store, [writeOf(entry, new Map())])
  if (!result) throw refuse(bodyUnreadable)
  return { response: written(result, entry.request?.method ?? '') }
}

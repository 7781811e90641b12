/** Entries of a transaction or batch as they are asked for (FHIR R4, http.html#transaction). */
import { bundleEntryTexts, type PatchStep, readPatch, refuse } from '@yba/fhir'
import type { FhirResource } from '../../../store/types.ts'
import { bundleTooLong, resourceMismatch } from '../../outcomes.ts'
import { served } from '../address.ts'
import { isObject, isResource, resourceFrom } from '../body.ts'
import { conditionOf } from '../conditional.ts'
import { entryUnreadable, entryUnsupported, mediaTypeUnknown } from '../outcomes.ts'
import { ifMatch, ifNoneMatch, type ReadConditions } from '../preconditions.ts'
import type { Asked, Body } from '../writes.ts'

/** What a person's whole record may have; more in one database transaction holds up everybody else. */
const MOST_ENTRIES = 5000

export interface Entry {
  /** Place in the bundle, for findings. */
  at: string
  fullUrl?: string
  method: string
  /** As sent, without the server's own address before it. */
  url: string
  headers: ReadConditions & { ifMatch?: string; ifNoneExist?: string }
  body?: Body
}

export interface Bundle {
  type: unknown
  /** An entry that cannot be read is its refusal, so that a batch answers it alone. */
  entries: (Entry | Error)[]
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function entryOf(value: unknown, resourceText: string | undefined, at: string, base: string): Entry {
  if (!isObject(value) || !isObject(value.request)) throw refuse(entryUnreadable, {}, at)
  const { method, url, ifMatch: match, ifNoneMatch: noneMatch, ifModifiedSince, ifNoneExist } = value.request
  const resource = value.resource
  if (typeof method !== 'string' || typeof url !== 'string') throw refuse(entryUnreadable, {}, `${at}.request`)
  if (resource !== undefined && !isResource(resource)) throw refuse(entryUnreadable, {}, `${at}.resource`)
  const headers = {
    ifMatch: text(match),
    ifNoneMatch: text(noneMatch),
    ifModifiedSince: text(ifModifiedSince),
    ifNoneExist: text(ifNoneExist),
  }
  return {
    at,
    method,
    url: url.startsWith(`${base}/`) ? url.slice(base.length + 1) : url.replace(/^\//, ''),
    headers: headers as Entry['headers'],
    ...(typeof value.fullUrl === 'string' ? { fullUrl: value.fullUrl } : {}),
    ...(resource && resourceText !== undefined ? { body: { resource: resource as FhirResource, text: resourceText } } : {}),
  }
}

/** Reads a Bundle once. Throws what a body is refused with, `bundle-too-long`. */
export function readBundle(bundleText: string, base: string): Bundle {
  const { type, entry } = resourceFrom(bundleText, 'Bundle')
  const list: unknown[] = Array.isArray(entry) ? entry : []
  if (list.length > MOST_ENTRIES) throw refuse(bundleTooLong, { found: list.length, most: MOST_ENTRIES })
  const texts = bundleEntryTexts(bundleText)
  const entries = list.map((value, n) => {
    try {
      return entryOf(value, texts[n], `Bundle.entry[${n}]`, base)
    } catch (error) {
      if (error instanceof Error) return error
      throw error
    }
  })
  return { type, entries }
}

const ADDRESS = /^([A-Z][A-Za-z]+)(?:\/([A-Za-z0-9\-.]{1,64})|\?(.+))?$/s

/** The steps of a PATCH, which a bundle carries as a Binary (http.html#patch). */
function stepsOf({ body, at }: Entry): readonly PatchStep[] {
  const binary = body?.resource
  if (binary?.resourceType !== 'Binary' || typeof binary.data !== 'string') throw refuse(entryUnreadable, {}, `${at}.resource`)
  const wanted = 'application/json-patch+json'
  if (binary.contentType !== wanted) throw refuse(mediaTypeUnknown, { wanted }, `${at}.resource`)
  return readPatch(Buffer.from(binary.data, 'base64').toString('utf8'))
}

/** The body of a write of this type; with an id it must be its own. */
function bodyOf({ body, at }: Entry, type: string, id?: string): Body {
  if (!body) throw refuse(entryUnreadable, {}, `${at}.resource`)
  const { resource } = body
  if (resource.resourceType !== type || (id !== undefined && resource.id !== id)) throw refuse(resourceMismatch, {}, `${at}.resource`)
  return body
}

/** The write an entry asks for. Throws `interaction-not-supported` and what a write is refused with before it is tried. */
export function askedOf(entry: Entry): Asked {
  const { method, url, headers, at } = entry
  const [, type = '', id, query] = ADDRESS.exec(url) ?? []
  if (type === '') throw refuse(entryUnsupported, { what: `${method} url` }, `${at}.request.url`)
  served(type)
  const condition = query === undefined ? {} : { condition: conditionOf(type, query, at) }
  const named = { type, at: `${at}.resource`, ...(id === undefined ? {} : { id }), ...condition }
  const match = ifMatch(headers.ifMatch)
  if (method === 'POST' && id === undefined && query === undefined) {
    const made: Asked = { ...named, method, body: bodyOf(entry, type) }
    return headers.ifNoneExist === undefined ? made : { ...made, condition: conditionOf(type, headers.ifNoneExist.replace(/^\?/, ''), at) }
  }
  if (id === undefined && query === undefined) throw refuse(entryUnsupported, { what: `${method} ${type}` }, `${at}.request.url`)
  if (method === 'PUT') return { ...named, method, body: bodyOf(entry, type, id), ...match, ...ifNoneMatch(headers.ifNoneMatch) }
  if (method === 'PATCH') return { ...named, method, steps: stepsOf(entry), ...match }
  if (method === 'DELETE') return { ...named, at, method, ...match }
  throw refuse(entryUnsupported, { what: method }, `${at}.request.method`)
}

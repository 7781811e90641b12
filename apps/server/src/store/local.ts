/**
 * References to the site's own address are local ones, however they are written (FHIR R4, references.html#literal). The text
 * of a resource stays as it came; what is made of it (owner, integrity, index rows) and what is asked for see `Type/id`.
 */
import type { Filter, SearchRequest, SearchValue } from '@yba/fhir'
import type { FhirResource } from './types.ts'

type Json = Record<string, unknown>

/** What stands behind the site's own address; any other reference as it is. */
export const localReference = (reference: string, base: string | undefined): string =>
  base !== undefined && reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference

/** `url` of an attachment names bytes of the site. */
const OF_BYTES = /^Binary\/[0-9a-f]{64}$/

function localMember(key: string, value: string, base: string): string {
  if (key !== 'reference' && key !== 'url') return value
  const local = localReference(value, base)
  return key === 'reference' || OF_BYTES.test(local) ? local : value
}

/** The value with its references local; the same object where nothing changes. */
function view(value: unknown, base: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => view(item, base))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  if (typeof value !== 'object' || value === null) return value
  let out: Json | undefined
  for (const [key, one] of Object.entries(value)) {
    const seen = typeof one === 'string' ? localMember(key, one, base) : view(one, base)
    if (seen === one) continue
    out ??= { ...value }
    out[key] = seen
  }
  return out ?? value
}

/** The resource as its index and its owner are read from it. `text`: where it was read from, which says soon that nothing changes. */
export function localView(resource: FhirResource, base: string | undefined, text?: string): FhirResource {
  if (base === undefined || resource.resourceType === 'Bundle') return resource
  // Escaped, the address may be spelt in many ways.
  if (text !== undefined && !text.includes('\\') && !text.includes(base)) return resource
  return view(resource, base) as FhirResource
}

function localValue(v: SearchValue, base: string): SearchValue {
  if (v.type === 'composite') return { ...v, parts: v.parts.map((part) => localValue(part, base)) }
  if (v.type !== 'reference') return v
  const target = localReference(v.target, base)
  return target === v.target ? v : { ...v, target, absolute: v.target }
}

function localFilter(f: Filter, base: string): Filter {
  if (f.kind === 'has') return { ...f, filter: localFilter(f.filter, base) }
  if (f.kind === 'chain') return { ...f, targets: f.targets.map((t) => ({ ...t, filter: localFilter(t.filter, base) })) }
  return f.type === 'reference' || f.type === 'composite' ? { ...f, values: f.values.map((v) => localValue(v, base)) } : f
}

/** A search that asks for local references as the index has them. */
export const localRequest = (request: SearchRequest, base: string | undefined): SearchRequest =>
  base === undefined ? request : { ...request, filters: request.filters.map((f) => localFilter(f, base)) }

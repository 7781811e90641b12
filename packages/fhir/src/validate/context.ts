/** The state of one validation run: where we are, what was found, and the resource that `#id` references look into. */
import { type Finding, finding, type OutcomeDefinition, type OutcomeValues } from '../outcome.ts'

export type Json = Record<string, unknown>

/** More findings than this help nobody, and a hostile body must not cost more. */
const MOST_FINDINGS = 100

/** A resource with its contained resources: the room in which `#id` is resolved. */
export interface Scope {
  type: string
  /** The resource itself: `%rootResource` of the rules. */
  resource: Json
  /** Contained id → resource type. */
  contained: Map<string, string> | undefined
  /** `#id` values met anywhere in this resource. */
  used: Set<string> | undefined
}

export interface Context {
  path: (string | number)[]
  findings: Finding[]
  scope: Scope
  /** The nearest resource around the current place, contained ones too: `%resource` of the rules. */
  resource: Json
  /** Where in `path` that resource begins. */
  start: number
  inContained: boolean
  /** Whether profiles are judged, and with them the extensions they bring. */
  profiles: boolean
  /** Whether advice is told too: rules of severity warning. */
  warnings: boolean
}

/** The room of a resource: its contained resources by id. */
export function scopeOf(type: string, resource: Json): Scope {
  let contained: Map<string, string> | undefined
  if (Array.isArray(resource.contained)) {
    contained = new Map()
    for (const r of resource.contained) {
      if (isObject(r) && typeof r.id === 'string') contained.set(r.id, String(r.resourceType))
    }
  }
  return { type, resource, contained, used: undefined }
}

/** Runs a check one element further down. */
export function within(c: Context, name: string, index: number | undefined, run: () => void): void {
  c.path.push(name)
  if (index !== undefined) c.path.push(index)
  run()
  if (index !== undefined) c.path.pop()
  c.path.pop()
}

/** The FHIRPath-like path of the current place, with `name` and `index` below it. */
export function pathText(c: Context, name?: string, index?: number): string {
  let out = ''
  for (const part of c.path) out += typeof part === 'number' ? `[${part}]` : out === '' ? part : `.${part}`
  if (name !== undefined) out += `.${name}`
  if (index !== undefined) out += `[${index}]`
  return out
}

/** Notes a finding at the current place, or at the element `name` below it. */
export function report(c: Context, definition: OutcomeDefinition, values: OutcomeValues = {}, name?: string, index?: number): void {
  if (c.findings.length < MOST_FINDINGS) c.findings.push(finding(definition, values, pathText(c, name, index)))
}

/** Whether this is a JSON object (no array, no null). */
export function isObject(v: unknown): v is Json {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

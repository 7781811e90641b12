/** What an export is asked for (Bulk Data Access IG 2.0, query parameters), read strictly. */
import { isResourceType, refuse, resourceTypes } from '@yba/fhir'
import type { OperationContext } from '../../feature.ts'
import { asyncNeeded, exportParameterWrong } from './outcomes.ts'
import type { Ask } from './tables.ts'

const KNOWN = new Set(['_type', '_since', '_outputFormat', '_typeFilter'])
const OF_THE_FORM = new Set(['_format', '_pretty'])
const FORMATS = new Set(['application/fhir+ndjson', 'application/ndjson', 'ndjson'])

const wrong = (name: string): Error => refuse(exportParameterWrong, { name: name.slice(0, 40) })

function given({ query, json }: OperationContext): [string, string][] {
  const out: [string, string][] = [...query].filter(([name]) => !OF_THE_FORM.has(name))
  if (json === undefined) return out
  const { resourceType, parameter } = (json ?? {}) as { resourceType?: unknown; parameter?: unknown }
  if (resourceType !== 'Parameters' || (parameter !== undefined && !Array.isArray(parameter))) throw wrong('Parameters')
  for (const one of (parameter ?? []) as Record<string, unknown>[]) {
    const value = Object.entries(one ?? {}).find(([name]) => name.startsWith('value'))?.[1]
    out.push([String(one?.name), typeof value === 'string' ? value : ''])
  }
  return out
}

/** `Observation?status=final`, of the types that are exported. */
function filterOf(text: string, types: readonly string[]): [type: string, query: string] {
  const [, type = '', query = ''] = /^([A-Za-z]+)\?(.+)$/s.exec(text) ?? []
  const controls = [...new URLSearchParams(query).keys()].some((name) =>
    /^_(sort|count|cursor|include|revinclude|summary|elements|total)/.test(name),
  )
  if (!types.includes(type) || controls) throw wrong('_typeFilter')
  return [type, query]
}

const prefers = (context: OperationContext, what: string): boolean =>
  [context.headers.prefer ?? []]
    .flat()
    .join(',')
    .split(/[,;]/)
    .some((one) => one.trim() === what)

/** Throws `export-async-needed`, `export-parameter-wrong`. */
export function askOf(context: OperationContext, of: Ask['of']): Ask {
  if (!prefers(context, 'respond-async')) throw refuse(asyncNeeded)
  const lenient = prefers(context, 'handling=lenient')
  const asked = given(context).filter(([name]) => KNOWN.has(name) || !lenient)
  for (const [name] of asked) if (!KNOWN.has(name)) throw wrong(name)
  const all = (name: string) => asked.flatMap(([n, value]) => (n === name ? [value] : []))
  for (const format of all('_outputFormat')) if (!FORMATS.has(format.replace(/ /g, '+'))) throw wrong('_outputFormat')
  const named = all('_type').flatMap((list) => list.split(',').map((type) => type.trim()))
  if (named.some((type) => !isResourceType(type))) throw wrong('_type')
  const types = named.length > 0 ? [...new Set(named)] : resourceTypes().map(({ name }) => name)
  const [since] = all('_since')
  const at = since === undefined ? undefined : new Date(since.replace(/ (\d\d:\d\d)$/, '+$1'))
  if (at && (!/^\d{4}-\d\d-\d\dT/.test(since ?? '') || Number.isNaN(at.getTime()))) throw wrong('_since')
  const filters: Ask['filters'] = {}
  for (const text of all('_typeFilter')) {
    const [type, query] = filterOf(text, types)
    filters[type] = [...(filters[type] ?? []), query]
  }
  return { types, of, filters, ...(at ? { since: at.toISOString() } : {}), ...(of === 'group' ? { group: context.id } : {}) }
}

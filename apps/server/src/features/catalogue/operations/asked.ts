/** Parameters of a terminology operation, from the address or from a Parameters resource; what it does not know is refused. */
import { refuse } from '@yba/fhir'
import { dayIn, localDay } from '@yba/vietnam'
import type { Coding } from 'fhir/r4.d.ts'
import type { OperationContext } from '../../../feature.ts'
import { PARAMETER_UNFIT, PARAMETER_UNSUPPORTED } from '../outcomes.ts'
import type { Terms } from '../value-sets/find.ts'

interface Parameter {
  name?: string
  resource?: object
  [value: `value${string}`]: unknown
}

export interface Asked {
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  flag(name: string): boolean
  /** A count from 0; undefined when it is not given. */
  count(name: string): number | undefined
  resource(name: string): object | undefined
  /** `code` with `system`, `coding`, or each of a `codeableConcept`. */
  codings(): readonly Coding[]
}

/** Parameters that ask for what an answer of ours is in any case: flat, without the rules, nothing composed by grammar. */
const WITHOUT_EFFECT = ['excludeNested', 'excludeNotForUI', 'excludePostCoordinated', 'includeDefinition']

/** Throws `operation-parameter-unfit`, `operation-parameter-unsupported`. */
export function askedOf({ query, json }: OperationContext, known: readonly string[]): Asked {
  const given = [...fromAddress(query), ...fromBody(json)]
  for (const { name = '' } of given) {
    if (known.includes(name) || WITHOUT_EFFECT.includes(name)) continue
    throw refuse(PARAMETER_UNSUPPORTED, { name: name.slice(0, 40), known: known.join(', ') })
  }
  const named = (name: string): Parameter[] => given.filter((p) => p.name === name)
  const texts = (name: string): string[] => named(name).map((p) => String(typedValue(p) ?? ''))
  const text = (name: string): string | undefined => texts(name).find((one) => one !== '')
  return {
    text,
    texts,
    flag: (name) => text(name) === 'true',
    count: (name) => {
      const value = text(name)
      if (value !== undefined && !/^\d{1,9}$/.test(value)) throw refuse(PARAMETER_UNFIT, { name })
      return value === undefined ? undefined : Number(value)
    },
    resource: (name) => named(name)[0]?.resource,
    codings: () => {
      const code = text('code')
      const system = text('system') ?? (known.includes('system') ? undefined : text('url'))
      const version = text('version') ?? text('systemVersion')
      const display = text('display')
      const single = code === undefined ? [] : [{ code, ...without({ system, version, display }) }]
      const codings = named('coding').map((p) => typedValue(p) as Coding)
      const concepts = named('codeableConcept').flatMap((p) => (typedValue(p) as { coding?: Coding[] }).coding ?? [])
      return [...single, ...codings, ...concepts].filter((one) => typeof one === 'object' && typeof one.code === 'string')
    },
  }
}

const without = (values: Record<string, string | undefined>): Partial<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

function fromAddress(query: URLSearchParams): Parameter[] {
  // `_format` and its like are of the answer's form, not of the question.
  return [...query].filter(([name]) => !name.startsWith('_')).map(([name, value]) => ({ name, valueString: value }))
}

function fromBody(json: unknown): Parameter[] {
  if (json === undefined) return []
  const body = json as { resourceType?: unknown; parameter?: unknown } | null
  const listed = Array.isArray(body?.parameter) ? body.parameter : []
  if (body?.resourceType !== 'Parameters' || listed.some((p) => typeof p !== 'object' || p === null)) {
    throw refuse(PARAMETER_UNFIT, { name: 'Parameters' })
  }
  return listed as Parameter[]
}

const typedValue = (parameter: Parameter): unknown => Object.entries(parameter).find(([name]) => name.startsWith('value'))?.[1]

/** `date` of the question: a day, or an instant and the day it is here then; today without it. */
function dayOf(asked: Asked, now: Date): string {
  const text = asked.text('date')
  if (text === undefined) return localDay(now)
  const instant = text.includes('T') ? new Date(text) : undefined
  if (instant && !Number.isNaN(instant.getTime())) return localDay(instant)
  const day = dayIn(text)
  if (day === undefined) throw refuse(PARAMETER_UNFIT, { name: 'date' })
  return day
}

/** What the answer rests on: caller, day, versions named as `system|version`. */
export function termsOf({ site, store }: OperationContext, asked: Asked): Terms {
  const versions = new Map<string, string>()
  for (const name of ['system-version', 'force-system-version']) {
    for (const canonical of asked.texts(name)) {
      const [system = '', version] = canonical.split('|')
      if (version === undefined) throw refuse(PARAMETER_UNFIT, { name })
      versions.set(system, version)
    }
  }
  return { memory: site.store, root: site.store, store, day: dayOf(asked, site.clock.now()), versions }
}

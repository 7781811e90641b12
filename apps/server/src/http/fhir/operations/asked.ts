/** Parameters of an operation, from the address or from a Parameters resource (FHIR R4, operations.html#request). */
import { parseFhirText, refuse } from '@yba/fhir'
import type { OperationContext } from '../../../feature.ts'
import { textOf } from '../../body.ts'
import { bodyUnreadable } from '../../outcomes.ts'
import { served } from '../address.ts'
import { isObject, isResource } from '../body.ts'
import { operationParameterWrong } from '../outcomes.ts'

export interface Asked {
  /** Primitive parameters by name, in the form of an address. */
  query: URLSearchParams
  /** Values of the others, by name. */
  values: ReadonlyMap<string, unknown>
  /** The refusal of a parameter that cannot be read. */
  wrong(name: string): Error
}

/** In what form the answer comes is not the operation's business. */
const OF_THE_FORM = new Set(['_format', '_pretty'])

function addBody(text: string, query: URLSearchParams, values: Map<string, unknown>, wrong: Asked['wrong']): void {
  const body = parseFhirText(text)
  if (!isResource(body) || body.resourceType !== 'Parameters') throw refuse(bodyUnreadable)
  for (const parameter of Array.isArray(body.parameter) ? body.parameter : []) {
    if (!isObject(parameter) || typeof parameter.name !== 'string') throw wrong('Parameters')
    const value = Object.entries(parameter).find(([name]) => name.startsWith('value'))?.[1]
    if (isObject(value)) values.set(parameter.name, value)
    else if (value !== undefined) query.append(parameter.name, String(value))
  }
}

/**
 * What was asked; `known`: the names the operation has, all others are refused, unless `others` takes them.
 * Throws `operation-parameter-wrong` and `body-unreadable`.
 */
export function askedOf({ query: given, bytes }: OperationContext, known: readonly string[], others = false): Asked {
  const wrong = (name: string) => refuse(operationParameterWrong, { name: name.slice(0, 40), known: known.join(', ') })
  const query = new URLSearchParams([...given].filter(([name]) => !OF_THE_FORM.has(name)))
  const values = new Map<string, unknown>()
  const text = textOf(bytes)
  if (text.trim() !== '') addBody(text, query, values, wrong)
  for (const name of [...query.keys(), ...values.keys()]) if (!others && !known.includes(name)) throw wrong(name)
  return { query, values, wrong }
}

/** A count from 1 to `most`, which larger ones become. */
export function countOf({ query, wrong }: Asked, name: string, usual: number, most: number): number {
  const text = query.get(name)
  if (text === null) return usual
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw wrong(name)
  return Math.min(Number(text), most)
}

/** Types, each by itself or in lists. Throws `type-not-served`. */
export function typesOf({ query }: Asked, name: string): { types?: readonly string[] } {
  const types = query.getAll(name).flatMap((list) => list.split(','))
  return types.length === 0 ? {} : { types: types.map((type) => served(type.trim())) }
}

/** An instant. */
export function instantOf({ query, wrong }: Asked, name: string): Date | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  // A plus sign that was not escaped came as a space.
  const at = new Date(text.replace(/ (\d\d:\d\d)$/, '+$1'))
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime())) throw wrong(name)
  return at
}

/** Received bytes → resource and the exact text. */
import { refuse } from '../outcome.ts'
import {
  jsonBadUtf8,
  jsonDuplicateKey,
  jsonForbiddenCharacter,
  jsonForbiddenKey,
  jsonNotObject,
  jsonSyntax,
  jsonTooDeep,
  jsonTooLarge,
  jsonTooManyValues,
} from './outcomes.ts'
import { duplicatePath, rootStart, shape } from './scan.ts'
import { parseNotingNumbers } from './spelling.ts'

export interface ParsedResource {
  resource: { resourceType?: unknown; [name: string]: unknown }
  /** The received text, without a byte order mark. */
  text: string
}

export interface ParseLimits {
  /** Default 16 MiB. */
  bytes?: number
  /** Default 64. */
  depth?: number
  /** Default 500,000: what a parser makes of them holds up everybody else, however few bytes they are. */
  values?: number
}

const DEFAULT_BYTES = 16 * 1024 * 1024
const DEFAULT_DEPTH = 64
const DEFAULT_VALUES = 500_000

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) throw refuse(jsonBadUtf8)
    throw error
  }
}

/** V8's message quotes the text around the error, so only the position is taken from it. */
function parseJson(text: string, isRough: boolean): unknown {
  try {
    return isRough ? parseNotingNumbers(text) : JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw refuse(jsonSyntax, { position: /position (\d+)/.exec(error.message)?.[1] ?? String(text.length) })
  }
}

function checkText(value: string): void {
  if (value.includes('\u0000') || !value.isWellFormed()) throw refuse(jsonForbiddenCharacter)
}

/** Counts the keys of a value and checks each; `escapes` says that strings may hide forbidden characters. */
function countKeys(value: unknown, escapes: boolean): number {
  if (typeof value === 'string') {
    if (escapes) checkText(value)
    return 0
  }
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' || escapes) count += countKeys(item, escapes)
    return count
  }
  const object = value as Record<string, unknown>
  for (const key in object) {
    if (key === '__proto__') throw refuse(jsonForbiddenKey)
    if (escapes) checkText(key)
    count++
    const v = object[key]
    if (typeof v === 'object' || escapes) count += countKeys(v, escapes)
  }
  return count
}

/**
 * Parses JSON text strictly, whatever stands at its root. Its depth and size are known before anything is made of it.
 * Throws `json-syntax`, `json-too-deep`, `json-too-many-values`, `json-forbidden-key`, `json-forbidden-character` or `json-duplicate-key`.
 */
export function parseStrictJson(text: string, limits: ParseLimits = {}): unknown {
  const most = limits.depth ?? DEFAULT_DEPTH
  const mostValues = limits.values ?? DEFAULT_VALUES
  const { deepest, keys, values, isRough } = shape(text, most, mostValues)
  if (deepest > most) throw refuse(jsonTooDeep, { limit: most })
  if (values > mostValues) throw refuse(jsonTooManyValues, { limit: mostValues })
  const value = parseJson(text, isRough)
  // A repeated key vanishes in JSON.parse, so the text then has more colons than the value has keys.
  if (countKeys(value, text.includes('\\u')) !== keys) {
    throw refuse(jsonDuplicateKey, { path: duplicatePath(text, rootStart(text), '$') ?? '$' })
  }
  return value
}

/** The same where the root must be an object. Throws `json-not-object` as well. */
export function parseFhirText(text: string, limits: ParseLimits = {}): ParsedResource['resource'] {
  const value = parseStrictJson(text, limits)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(jsonNotObject)
  return value as ParsedResource['resource']
}

/**
 * Parses a received body. Takes the bytes and limits; gives the resource and its text; throws a named outcome for
 * bytes that are too many (`json-too-large`), no UTF-8 (`json-bad-utf8`), or what `parseFhirText` refuses.
 */
export function parseFhirJson(bytes: Uint8Array, limits: ParseLimits = {}): ParsedResource {
  const limit = limits.bytes ?? DEFAULT_BYTES
  if (bytes.byteLength > limit) throw refuse(jsonTooLarge, { size: bytes.byteLength, limit })
  const text = decode(bytes)
  return { resource: parseFhirText(text, limits), text }
}

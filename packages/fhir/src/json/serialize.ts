/** Objects → JSON text, with decimals kept as they were written. */
import { refuse } from '../outcome.ts'
import { badDecimal } from './outcomes.ts'

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** JSON with the source text access of ES2026, which TypeScript's library does not describe yet. */
interface SourceJson {
  rawJSON(text: string): unknown
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
}

const sourceJson = JSON as unknown as SourceJson

/**
 * A number that is written exactly as given (`36.50`). The type says number because it stands where FHIR has one; it
 * must be read with `Number(String(x))`-free code only: hand it to `serialize`, `validate` or `searchEntries`.
 * Throws `json-bad-decimal`.
 */
export function decimal(text: string): number {
  if (!DECIMAL.test(text)) throw refuse(badDecimal)
  return sourceJson.rawJSON(text) as number
}

/** The JSON text of a resource we built. Kept decimals are written as given. */
export function serialize(resource: object): string {
  return JSON.stringify(resource)
}

/** Parses JSON, keeping every number whose text would change (`1.50`, `1e3`) as `decimal()` does: for PATCH. */
export function parseKeepingNumbers(text: string): unknown {
  return sourceJson.parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || context.source === undefined || String(value) === context.source) return value
    return sourceJson.rawJSON(context.source)
  })
}

/**
 * Loads the compact R4 tables that `build/definitions.ts` writes. Each resource type is one small file, read when the
 * type is first used, so that a server starts without reading any of them.
 */
import { defineOutcome, refuse } from './outcome.ts'

/** One element of a type. `max` 0 means unbounded; `x` marks a choice (`value[x]`); `b` is a required value set. */
export interface ElementRow {
  n: string
  min: number
  max: number
  t: string[]
  x?: 1
  ref?: string[]
  b?: string
}

/** Type name or backbone path → its elements. */
export type TypeTable = Record<string, ElementRow[]>

export type SearchType = 'string' | 'token' | 'date' | 'uri' | 'reference' | 'quantity' | 'composite' | 'number' | 'special'

/** One search parameter of one type: code, type, expression (empty when the definitions have none), targets. */
export interface SearchRow {
  c: string
  t: SearchType
  e: string
  target?: string[]
}

export interface ResourceTable {
  types: TypeTable
  search: SearchRow[]
  /** Search parameters that put a resource of this type into a Patient compartment. */
  patient: string[]
}

/** Value set → code system → codes. */
export type ValueSetTable = Record<string, Record<string, string[]>>

export const definitionsNotBuilt = defineOutcome({
  code: 'definitions-not-built',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Chưa có các bảng định nghĩa FHIR R4 ({file}).',
  en: 'The FHIR R4 definition tables are missing ({file}).',
  cure: {
    vi: 'Chạy lệnh: node packages/fhir/build/definitions.ts',
    en: 'Run: node packages/fhir/build/definitions.ts',
  },
})

/** Reads one table. The file system is asked for at run time only: the web app imports this package without tables. */
function load<T>(file: string): T {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs')
  if (!fs) throw refuse(definitionsNotBuilt, { file })
  const path = `${import.meta.dirname}/../generated/${file}`
  if (!fs.existsSync(path)) throw refuse(definitionsNotBuilt, { file })
  return JSON.parse(fs.readFileSync(path, 'utf8')) as T
}

const resourceTables = new Map<string, ResourceTable>()
let datatypes: TypeTable | undefined
let valueSets: ValueSetTable | undefined

/** The tables of one resource type. Takes a name that `isResourceType` accepts; throws `definitions-not-built`. */
export function resourceTable(type: string): ResourceTable {
  let table = resourceTables.get(type)
  if (!table) {
    table = load<ResourceTable>(`resources/${type}.json`)
    resourceTables.set(type, table)
  }
  return table
}

/** Elements of all complex data types. */
export function datatypeTable(): TypeTable {
  datatypes ??= load<TypeTable>('datatypes.json')
  return datatypes
}

/** Expanded required value sets. */
export function valueSetTable(): ValueSetTable {
  valueSets ??= load<ValueSetTable>('valuesets.json')
  return valueSets
}

/** Elements of a data type, a resource type or a backbone path such as `Patient.contact`; undefined when primitive. */
export function elementsOf(name: string, resourceType: string): ElementRow[] | undefined {
  return resourceTable(resourceType).types[name] ?? datatypeTable()[name]
}

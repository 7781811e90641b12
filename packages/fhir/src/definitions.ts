/**
 * Loads the compact R4 tables that `build/definitions.ts` writes. Each resource type is one small file, read when the
 * type is first used, so that a server starts without reading any of them.
 */
import { defineOutcome, refuse } from './outcome.ts'

/**
 * One element of a type. `max` 0 means unbounded; `x` marks a choice (`value[x]`); `b` is a required value set; `s` and `m` are
 * R4's flags isSummary and isModifier.
 */
export interface ElementRow {
  n: string
  min: number
  max: number
  t: string[]
  x?: 1
  s?: 1
  m?: 1
  ref?: string[]
  b?: string
}

/** Type name or backbone path → its elements. */
export type TypeTable = Record<string, ElementRow[]>

export type SearchType = 'string' | 'token' | 'date' | 'uri' | 'reference' | 'quantity' | 'composite' | 'number' | 'special'

/** One part of a composite: the parameter whose values it takes, and its expression below that of the composite. */
export interface SearchPart {
  c: string
  t: SearchType
  e: string
  target?: string[]
}

/** One search parameter of one type: code, type, expression (empty when the definitions have none), targets. */
export interface SearchRow {
  c: string
  t: SearchType
  e: string
  target?: string[]
  /** Of a composite. */
  parts?: SearchPart[]
  /** The index generation it came with, when not the first. */
  g?: 2
}

export interface ResourceTable {
  types: TypeTable
  search: SearchRow[]
  /** Search parameters that put a resource of this type into a Patient compartment. */
  patient: string[]
}

/**
 * One published rule (FHIRPath). Without `at` it is asked of each object of the type; with it, of each value under these
 * JSON names of the object.
 */
export interface ConstraintRow {
  key: string
  expression: string
  /** The published sentence. */
  human: string
  warning?: 1
  at?: string[]
}

/** Type name, backbone path or `DomainResource` → its rules. */
export type ConstraintTable = Record<string, ConstraintRow[]>

/** A defined extension: element paths or types it may stand on (`*`: a rule of its own tells), types of its value, its parts. */
export interface ExtensionRow {
  contexts: string[]
  types: string[]
  /** Url of the part → how often it is there; `max` 0 means unbounded. */
  parts?: Record<string, { min: number; max: number; types: string[] }>
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
export function loadTable<T>(file: string): T {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs')
  if (!fs) throw refuse(definitionsNotBuilt, { file })
  const path = `${import.meta.dirname}/../generated/${file}`
  if (!fs.existsSync(path)) throw refuse(definitionsNotBuilt, { file })
  return JSON.parse(fs.readFileSync(path, 'utf8')) as T
}

const resourceTables = new Map<string, ResourceTable>()
let datatypes: TypeTable | undefined
let valueSets: ValueSetTable | undefined
let constraints: ConstraintTable | undefined
let extensions: Record<string, ExtensionRow> | undefined

/** The tables of one resource type. Takes a name that `isResourceType` accepts; throws `definitions-not-built`. */
export function resourceTable(type: string): ResourceTable {
  let table = resourceTables.get(type)
  if (!table) {
    table = loadTable<ResourceTable>(`resources/${type}.json`)
    resourceTables.set(type, table)
  }
  return table
}

/** Elements of all complex data types. */
export function datatypeTable(): TypeTable {
  datatypes ??= loadTable<TypeTable>('datatypes.json')
  return datatypes
}

/** Expanded required value sets. */
export function valueSetTable(): ValueSetTable {
  valueSets ??= loadTable<ValueSetTable>('valuesets.json')
  return valueSets
}

/** The published rules of all types. */
export function constraintTable(): ConstraintTable {
  constraints ??= loadTable<ConstraintTable>('constraints.json')
  return constraints
}

/** The extensions of R4, by url. */
export function extensionTable(): Record<string, ExtensionRow> {
  extensions ??= loadTable<Record<string, ExtensionRow>>('extensions.json')
  return extensions
}

/** Elements of a data type, a resource type or a backbone path such as `Patient.contact`; undefined when primitive. */
export function elementsOf(name: string, resourceType: string): ElementRow[] | undefined {
  return resourceTable(resourceType).types[name] ?? datatypeTable()[name]
}

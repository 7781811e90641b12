/** StructureDefinition snapshots → compact element tables (shape: `ElementRow` of src/definitions.ts). */
import type { ElementRow, TypeTable } from '../src/definitions.ts'
import { corrected, REBOUND } from './corrections.ts'
import type { ValueSets } from './valuesets.ts'

export interface ElementSource {
  id?: string
  path: string
  min: number
  max: string
  isSummary?: boolean
  isModifier?: boolean
  contentReference?: string
  type?: { code: string; profile?: string[]; targetProfile?: string[] }[]
  binding?: { strength: string; valueSet?: string }
  constraint?: { key: string; severity: 'error' | 'warning'; human: string; expression?: string; source?: string }[]
}

export interface StructureSource {
  resourceType: string
  url: string
  name: string
  type: string
  kind: 'primitive-type' | 'complex-type' | 'resource' | 'logical'
  abstract: boolean
  derivation?: string
  baseDefinition?: string
  snapshot?: { element: ElementSource[] }
}

const SYSTEM_TYPE = 'http://hl7.org/fhirpath/System.'
const PROFILE = 'http://hl7.org/fhir/StructureDefinition/'

/** Not in R4 (4.0.1): the source package adds it for the subscriptions backport. */
export const NOT_R4 = new Set(['SubscriptionStatus'])

/** Specialised quantities are profiles by derivation, but element types by name. */
const QUANTITIES = new Set(['Age', 'Count', 'Distance', 'Duration'])

function typeCode(code: string, path: string, isResource: boolean): string {
  if (!code.startsWith(SYSTEM_TYPE)) return code
  if (path.endsWith('.id')) return isResource && path.split('.').length === 2 ? 'id' : 'string'
  return path === 'Extension.url' ? 'uri' : 'string'
}

function row(element: ElementSource, isResource: boolean, hasChildren: boolean, sets: ValueSets): ElementRow {
  const last = element.path.slice(element.path.lastIndexOf('.') + 1)
  const choice = last.endsWith('[x]')
  const out: ElementRow = {
    n: choice ? last.slice(0, -3) : last,
    min: element.min,
    max: element.max === '*' ? 0 : Number(element.max),
    t: [],
  }
  if (choice) out.x = 1
  if (element.isSummary) out.s = 1
  if (element.isModifier) out.m = 1
  if (element.contentReference) out.t = [element.contentReference.slice(1)]
  else if (hasChildren) out.t = [element.path]
  else out.t = [...new Set((element.type ?? []).map((t) => typeCode(t.code, element.path, isResource)))]
  const targets = (element.type ?? [])
    .filter((t) => t.code === 'Reference')
    .flatMap((t) => t.targetProfile ?? [])
    .filter((p) => p.startsWith(PROFILE))
    .map((p) => p.slice(PROFILE.length))
  if (targets.length > 0 && !targets.includes('Resource')) out.ref = targets
  if (element.binding?.strength === 'required' && element.binding.valueSet) {
    const named = element.binding.valueSet.split('|')[0] ?? ''
    const url = REBOUND[named] ?? named
    if (sets.need(url)) out.b = url
  }
  return out
}

function tableOf(structure: StructureSource, sets: ValueSets): TypeTable {
  const elements = structure.snapshot?.element ?? []
  const parents = new Set(elements.map((e) => e.path.slice(0, Math.max(0, e.path.lastIndexOf('.')))))
  const table: TypeTable = {}
  for (const element of elements) {
    if (parents.has(element.path)) table[element.path] = []
  }
  for (const element of elements) {
    const dot = element.path.lastIndexOf('.')
    if (dot < 0 || element.max === '0') continue
    const isBlock = parents.has(element.path)
    table[element.path.slice(0, dot)]?.push(row(element, structure.kind === 'resource', isBlock, sets))
  }
  for (const [path, rows] of Object.entries(table)) {
    const right = corrected(path, rows)
    if (right) table[path] = right
    else delete table[path]
  }
  return table
}

/** All complex types in one table, and one table per concrete resource type. */
export function typeTables(structures: StructureSource[], sets: ValueSets): { datatypes: TypeTable; resources: Record<string, TypeTable> } {
  const datatypes: TypeTable = {}
  const resources: Record<string, TypeTable> = {}
  for (const s of structures) {
    if (NOT_R4.has(s.name)) continue
    if (s.kind === 'resource') {
      if (!s.abstract) resources[s.type] = tableOf(s, sets)
    } else if (s.kind === 'complex-type') {
      if (s.derivation === 'constraint' && !QUANTITIES.has(s.name)) continue
      const table = tableOf(s, sets)
      if (s.derivation === 'constraint') datatypes[s.name] = table[s.type] ?? []
      else Object.assign(datatypes, table)
    }
  }
  return { datatypes, resources }
}

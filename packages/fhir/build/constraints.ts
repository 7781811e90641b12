/** The invariants of the StructureDefinitions → rules by type. An expression that our FHIRPath cannot compile ends the build. */
import type { ConstraintRow, ConstraintTable, TypeTable } from '../src/definitions.ts'
import { compilePath } from '../src/fhirpath/compile.ts'
import { ADDED_RULES } from './corrections.ts'
import { type ElementSource, NOT_R4, type StructureSource } from './types.ts'

type ConstraintSource = NonNullable<ElementSource['constraint']>[number]

const DOMAIN_RESOURCE = 'http://hl7.org/fhir/StructureDefinition/DomainResource'
const SIMPLE_QUANTITY = 'http://hl7.org/fhir/StructureDefinition/SimpleQuantity'

/** No empty elements: what the structure check says of every JSON value. */
const BY_STRUCTURE = 'ele-1'

function rowOf(source: ConstraintSource, at?: string[]): ConstraintRow {
  const expression = source.expression ?? ''
  compilePath(expression)
  const row: ConstraintRow = { key: source.key, expression, human: source.human }
  if (source.severity === 'warning') row.warning = 1
  if (at) row.at = at
  return row
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')))

/** The JSON names of an element, only those of one type when it is given. */
function jsonNames(element: ElementSource, tables: TypeTable, only?: string): string[] {
  const name = element.path.slice(element.path.lastIndexOf('.') + 1).replace('[x]', '')
  const row = tables[parentOf(element.path)]?.find((one) => one.n === name)
  const types = (row?.t ?? []).filter((type) => only === undefined || type === only)
  return types.map((type) => (row?.x ? name + type.charAt(0).toUpperCase() + type.slice(1) : name))
}

/** Whether a rule is said here for the first time: a type's rules are repeated wherever the type is used. */
function isOwn(constraint: ConstraintSource, element: ElementSource, structure: StructureSource): boolean {
  if (constraint.key === BY_STRUCTURE || ADDED_RULES.has(constraint.key) || !constraint.expression) return false
  if (!constraint.source || constraint.source === structure.url) return true
  return !element.path.includes('.') && constraint.source !== DOMAIN_RESOURCE
}

class Table {
  readonly rows: ConstraintTable = {}

  add(owner: string, row: ConstraintRow): void {
    const list = this.rows[owner] ?? []
    if (!list.some((other) => other.key === row.key && other.at?.join() === row.at?.join())) this.rows[owner] = [...list, row]
  }
}

/** All rules of the types that `tables` hold. Throws SyntaxError for an expression outside our FHIRPath. */
export function constraintTable(structures: StructureSource[], tables: TypeTable): ConstraintTable {
  const out = new Table()
  const simple = structures.find((s) => s.url === SIMPLE_QUANTITY)?.snapshot?.element[0]?.constraint ?? []
  const comparator = simple.find((c) => c.key === 'sqty-1')
  for (const structure of structures) {
    if (NOT_R4.has(structure.name)) continue
    for (const element of structure.snapshot?.element ?? []) {
      const parent = parentOf(element.path)
      for (const constraint of element.constraint ?? []) {
        if (structure.url === DOMAIN_RESOURCE && constraint.key.startsWith('dom-')) out.add('DomainResource', rowOf(constraint))
        else if (!isOwn(constraint, element, structure)) continue
        else if (tables[element.path]) {
          if (element.path !== 'Quantity' || structure.name === 'Quantity') out.add(element.path, rowOf(constraint))
        } else if (tables[parent]) out.add(parent, rowOf(constraint, jsonNames(element, tables)))
      }
      const isSimple = element.type?.some((type) => type.profile?.includes(SIMPLE_QUANTITY))
      if (comparator && isSimple && tables[parent]) out.add(parent, rowOf(comparator, jsonNames(element, tables, 'Quantity')))
    }
  }
  return out.rows
}
